"""Thin bridges to engines that others run."""
