/* What of the line classifier takes most time, in C. `line_features` and `line_classifier` have the same in Python, for where this isn't
 * built; `tests/engine/test_native.py` tells that both are equal. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>

/* Values of these constants are those of the Python modules. */
#define NONE (-1.0)
#define LONG_WORD 4

/* A line is scanned here only if all of its characters are of these: Latin, Greek, Cyrillic, Armenian letters, and common signs. Of the
 * signs that end sentences, only . ! ? and … are among them. */
static int
is_simple(Py_UCS4 c)
{
    return (c < 0x589 && (c < 0x1c || c > 0x1f)) || (c >= 0x2000 && c < 0x2024) || (c > 0x2024 && c < 0x203c) || (c > 0x2049 && c < 0x2cf9);
}

static int
is_quote(Py_UCS4 c)
{
    switch (c) {
    case '"': case '\'': case '[': case ']': case '(': case ')': case '.': case ',': case ':': case ';': case '!': case '?':
    case 0xab: case 0xbb: case 0x2018: case 0x2019: case 0x201c: case 0x201d:
        return 1;
    }
    return 0;
}

static int
closes(Py_UCS4 c)
{
    switch (c) {
    case '"': case '\'': case ')': case ']': case 0xbb: case 0x2019: case 0x201d:
        return 1;
    }
    return 0;
}

static int
ends_sentence(Py_UCS4 c)
{
    return c == '.' || c == '!' || c == '?' || c == 0x2026;
}

/* A word in lower case; its characters are from `start` to `end`. */
static PyObject *
lowered(PyObject *line, Py_ssize_t start, Py_ssize_t end)
{
    const int kind = PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    int ascii = 1;
    for (Py_ssize_t at = start; at < end && ascii; at++)
        ascii = PyUnicode_READ(kind, data, at) < 128;
    if (!ascii) {
        PyObject *word = PyUnicode_Substring(line, start, end);
        if (word == NULL)
            return NULL;
        PyObject *lower = PyObject_CallMethod(word, "lower", NULL);
        Py_DECREF(word);
        return lower;
    }
    PyObject *word = PyUnicode_New(end - start, 127);
    if (word == NULL)
        return NULL;
    Py_UCS1 *into = PyUnicode_1BYTE_DATA(word);
    for (Py_ssize_t at = start; at < end; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, at);
        into[at - start] = (Py_UCS1)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return word;
}

PyDoc_STRVAR(scan_doc, "Measurements of a line, as `line_features.Scan` has them; None if it holds other characters than common ones.");

static PyObject *
scan(PyObject *module, PyObject *args)
{
    PyObject *line, *stop_words;
    if (!PyArg_ParseTuple(args, "UO!:scan", &line, &PyFrozenSet_Type, &stop_words))
        return NULL;
    const int kind = PyUnicode_KIND(line);
    const void *data = PyUnicode_DATA(line);
    const Py_ssize_t length = PyUnicode_GET_LENGTH(line);
    long digits = 0, solid = 0, bars = 0, commas = 0, quotes = 0, sentences = 0, parts = 0, known = 0, lettered = 0, capitals = 0;
    int cased = 0, ended = 0;
    Py_ssize_t at, counted = 0;
    for (at = 0; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, data, at);
        if (!is_simple(c))
            Py_RETURN_NONE;
        digits += Py_UNICODE_ISDIGIT(c) != 0;
        solid += Py_UNICODE_ISALNUM(c) || Py_UNICODE_ISSPACE(c);
        bars += c == '|' || c == 0x2022 || c == 0xb7 || c == 0xbb || c == '/' || c == 0x203a;
        commas += c == ',';
        quotes += c == '"' || c == 0x201c || c == 0x201d || c == 0xab || c == 0xbb;
        if (at >= counted && ends_sentence(c)) {
            Py_ssize_t behind = at + 1;
            while (behind < length && closes(PyUnicode_READ(kind, data, behind)))
                behind++;
            if (behind == length || Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, behind))) {
                sentences++;
                counted = behind;
                ended = behind == length;
            }
        }
    }
    PyObject *long_words = PyFrozenSet_New(NULL);
    if (long_words == NULL)
        return NULL;
    at = 0;
    while (at < length) {
        while (at < length && Py_UNICODE_ISSPACE(PyUnicode_READ(kind, data, at)))
            at++;
        if (at == length)
            break;
        Py_ssize_t start = at;
        int letters = 0;
        while (at < length) {
            Py_UCS4 c = PyUnicode_READ(kind, data, at);
            if (Py_UNICODE_ISSPACE(c))
                break;
            letters = letters || Py_UNICODE_ISALPHA(c);
            at++;
        }
        Py_ssize_t end = at;
        parts++;
        if (letters) {
            lettered++;
            for (Py_ssize_t in = start; in < end && !cased; in++) {
                Py_UCS4 c = PyUnicode_READ(kind, data, in);
                cased = Py_UNICODE_TOLOWER(c) != Py_UNICODE_TOUPPER(c);
            }
        }
        while (start < end && is_quote(PyUnicode_READ(kind, data, start)))
            start++;
        if (letters && start < end)
            capitals += Py_UNICODE_ISUPPER(PyUnicode_READ(kind, data, start)) != 0;
        while (end > start && is_quote(PyUnicode_READ(kind, data, end - 1)))
            end--;
        PyObject *word = lowered(line, start, end);
        if (word == NULL)
            goto fail;
        int is_known = PySet_Contains(stop_words, word);
        int failed = is_known < 0 || (PyUnicode_GET_LENGTH(word) >= LONG_WORD && PySet_Add(long_words, word) < 0);
        Py_DECREF(word);
        if (failed)
            goto fail;
        known += is_known;
    }
    return Py_BuildValue("llllllOllllON", parts, solid, digits, bars, commas, quotes, ended ? Py_True : Py_False, sentences, known, lettered,
                         capitals, cased ? Py_True : Py_False, long_words);
fail:
    Py_DECREF(long_words);
    return NULL;
}

/* A feature of `points`: the column of its fact, and of which lines it is. */
typedef struct {
    int32_t fact, first, last, seen;
} Feature;

/* A question, or, if `feature` is -1, points. The next nodes are given by their indexes. */
typedef struct {
    double bound;
    int32_t feature, below, above, unused;
} Node;

/* A fact's values, with their sums or greatest values so far where features need them. */
typedef struct {
    double *values, *sums, *greatest;
} Column;

static double
value_of(const Feature *feature, const Column *columns, Py_ssize_t count, Py_ssize_t line)
{
    const Column *column = &columns[feature->fact];
    if (feature->seen)
        return column->greatest[line];
    if (feature->first == feature->last) {
        Py_ssize_t at = line + feature->first;
        return at >= 0 && at < count ? column->values[at] : NONE;
    }
    Py_ssize_t start = line + feature->first, stop = line + feature->last + 1;
    start = start < 0 ? 0 : start > count ? count : start;
    stop = stop < 0 ? 0 : stop > count ? count : stop;
    Py_ssize_t width = stop - start ? stop - start : 1;
    return (column->sums[stop] - column->sums[start]) / (double)width;
}

/* Room for numbers, and what is in it: values of a column, then their sums, then the greatest of them behind the line `begin`. */
static int
fill(Column *column, PyObject *from, Py_ssize_t count, Py_ssize_t begin)
{
    PyObject *list = PySequence_Fast(from, "columns are sequences");
    if (list == NULL)
        return -1;
    if (PySequence_Fast_GET_SIZE(list) != count) {
        PyErr_SetString(PyExc_ValueError, "columns of different lengths");
        Py_DECREF(list);
        return -1;
    }
    column->values = PyMem_Malloc((size_t)(3 * count + 1) * sizeof(double));
    if (column->values == NULL) {
        Py_DECREF(list);
        PyErr_NoMemory();
        return -1;
    }
    column->sums = column->values + count;
    column->greatest = column->sums + count + 1;
    column->sums[0] = 0.0;
    double greatest = 0.0;
    for (Py_ssize_t at = 0; at < count; at++) {
        double value = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(list, at));
        double more = at > begin ? value : 0.0;
        greatest = at == 0 || more > greatest ? more : greatest;
        column->values[at] = value;
        column->sums[at + 1] = column->sums[at] + (value > 0.0 ? value : 0.0);
        column->greatest[at] = greatest;
    }
    Py_DECREF(list);
    return PyErr_Occurred() ? -1 : 0;
}

PyDoc_STRVAR(points_doc, "Points of each line, as `LineClassifier.points` gives them.\n\n\
Arguments: the columns of facts, the index of the first line of prose, features and nodes and roots of trees as they stand in memory,\n\
points from the start, and after how many trees a line with fewer than how many points is given up.");

static PyObject *
points(PyObject *module, PyObject *args)
{
    PyObject *facts, *result = NULL;
    Py_ssize_t begin;
    Py_buffer features, nodes, roots;
    double start, hopeless;
    int first_trees;
    if (!PyArg_ParseTuple(args, "O!ny*y*y*did:points", &PyList_Type, &facts, &begin, &features, &nodes, &roots, &start, &first_trees, &hopeless))
        return NULL;
    const Feature *feature = features.buf;
    const Node *node = nodes.buf;
    const int32_t *root = roots.buf;
    const Py_ssize_t trees = roots.len / (Py_ssize_t)sizeof(int32_t), width = PyList_GET_SIZE(facts);
    const Py_ssize_t count = width ? PyObject_Length(PyList_GET_ITEM(facts, 0)) : 0;
    Column *columns = PyMem_Calloc((size_t)width + 1, sizeof(Column));
    if (columns == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    for (Py_ssize_t at = 0; at < width; at++)
        if (count < 0 || fill(&columns[at], PyList_GET_ITEM(facts, at), count, begin) < 0)
            goto done;
    result = PyList_New(count);
    for (Py_ssize_t line = 0; result != NULL && line < count; line++) {
        double total = start;
        for (Py_ssize_t tree = 0; tree < trees; tree++) {
            if (tree == first_trees && total < hopeless)
                break;
            const Node *at = &node[root[tree]];
            while (at->feature >= 0)
                at = &node[value_of(&feature[at->feature], columns, count, line) < at->bound ? at->below : at->above];
            total += at->bound;
        }
        PyObject *value = PyFloat_FromDouble(total);
        if (value == NULL)
            Py_CLEAR(result);
        else
            PyList_SET_ITEM(result, line, value);
    }
done:
    for (Py_ssize_t at = 0; columns != NULL && at < width; at++)
        PyMem_Free(columns[at].values);
    PyMem_Free(columns);
    PyBuffer_Release(&features);
    PyBuffer_Release(&nodes);
    PyBuffer_Release(&roots);
    return result;
}

static PyMethodDef methods[] = {
    {"scan", scan, METH_VARARGS, scan_doc},
    {"points", points, METH_VARARGS, points_doc},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_native", "Parts of the line classifier in C.", 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit__native(void)
{
    return PyModuleDef_Init(&definition);
}
