"""A real Slurm of one node, on the loopback address, for as long as a test needs it.

`cluster` brings slurmctld and slurmd up in a folder of its own, on ports of its own, and takes them down again;
any number of them may stand beside each other. There is no systemd, no munge and no accounting database behind it
(`sacct` has nothing to ask): what became of a job is told by `wait`, by `squeue --states=all`, by
`scontrol show job`, and by the files that the job wrote.

    apt-get install --yes --no-install-recommends slurmctld slurmd slurm-client
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PARTITION = "test"
NODE = "n"  # short, as it is a part of the names of slurmd's sockets
_SOCKET_ROOM = 107 - len(f"/spool-12345678/{NODE}_12345.4294967291")  # sun_path holds 107 bytes and a zero
_PROGRAMS = ("slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol", "scancel")
_SHOWN = 3  # records in an error
_INHERITED = re.compile(r"S(?:LURM|LURMD|BATCH|RUN|ALLOC|QUEUE|INFO|CANCEL|CONTROL)_")
_OPERATING = "PATH", "HOME", "LANG", "LC_ALL", "TZ"

# Everything lies in the folder; the rest is what makes a cluster of two cores answer at once:
# - auth/none and cred/none: no munge; linuxproc, task/none and what cgroup.conf says: no cgroups, no systemd
# - No(Ctld)InAddrAny: listen at the loopback address of the machine's name alone, for whoever gets through may run jobs
# - config_overrides: believe the line of the node, not the machine, so that no job is refused for its memory
# - CR_CPU: tasks share the node by their CPUs, as on a cluster; memory is not counted
# - defaults of the scheduler are 3 s between a submission and a start, 60 s and 30 s for what waits for another job
# - cred_expire: a job that is requeued waits so long, by default 2 minutes
# - MinJobAge: keep the state of what has ended until the cluster goes
_CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}({address})
SlurmctldPort={controller_port}
SlurmdPort={daemon_port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/backfill
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={spool}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmctldDebug=info
SlurmdDebug=info
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=86400
KillWait=2
MaxArraySize=10001
NodeName={node} NodeHostname={host} NodeAddr={address} CPUs={cpus} RealMemory=1000000 State=UNKNOWN
PartitionName={partition} Nodes={node} Default=YES MaxTime=INFINITE State=UP
"""


class SlurmError(RuntimeError):
    """The cluster did not come up, or a job did not come to its end; the text holds states and the tails of logs."""


def missing() -> str:
    """Says why there can be no cluster here.

    Returns:
        A reason to skip, or nothing when all is there.
    """
    absent = [program for program in _PROGRAMS if not shutil.which(program, path=_path())]
    if absent:
        return f"no {', '.join(absent)} here (apt-get install slurmctld slurmd slurm-client)"
    if not _address().startswith("127."):
        return f"{socket.gethostname()} is {_address() or 'not known'}, not a loopback address (a line in /etc/hosts makes it one)"
    return ""


@contextlib.contextmanager
def cluster(folder: Path, *, cpus: int = 2, seconds: float = 30) -> Iterator[dict[str, str]]:
    """Brings up a cluster of one node and takes it down at the end, with the jobs that still run.

    Args:
        folder: Where configuration, state and logs go; made when it is not there.
        cpus: How many tasks of one CPU run at a time, whatever the machine has.
        seconds: How long to wait for the node to be idle.

    Yields:
        The environment for `sbatch` and its like: that of this process without any other cluster's variables, and
        with `SLURM_CONF`.

    Raises:
        SlurmError: Slurm is not installed, or the node was not idle in time.
    """
    if reason := missing():
        raise SlurmError(reason)
    folder = folder.resolve()
    (folder / "state").mkdir(parents=True, exist_ok=True)
    near = folder if len(os.fsencode(folder)) <= _SOCKET_ROOM else None
    with tempfile.TemporaryDirectory(prefix="spool-", dir=near, ignore_cleanup_errors=True) as spool:
        configuration = _configure(folder, Path(spool), cpus)
        env = {name: value for name, value in os.environ.items() if not _INHERITED.match(name)}
        env |= {"SLURM_CONF": str(configuration), "PATH": _path()}
        daemons: list[subprocess.Popen[bytes]] = []
        try:
            deadline = time.monotonic() + seconds
            daemons.append(_start("slurmctld", env, folder))
            _until(lambda: _ask(env, "scontrol", "ping").returncode == 0, "slurmctld to answer", daemons, deadline, folder)
            daemons.append(_start("slurmd", env, folder))
            _until(lambda: _ask(env, "sinfo", "-h", "-o", "%T").stdout.strip() == "idle", "the node to be idle", daemons, deadline, folder)
            yield env
        finally:
            _stop(env, daemons)


def wait(env: dict[str, str], job_id: str | int | None = None, seconds: float = 60) -> dict[str, str]:
    """Waits until a job, or every task of an array, has left the queue.

    Args:
        env: The environment that `cluster` gave.
        job_id: The number that `sbatch --parsable` printed; without it, all jobs of the cluster.
        seconds: How long to wait.

    Returns:
        The state in which each ended: `{"7": "COMPLETED"}`, or of an array `{"7_1": "COMPLETED", "7_2": "FAILED"}`.

    Raises:
        SlurmError: The job is unknown, waits for another that failed, or was not over in time.
    """
    what = "the queue" if job_id is None else f"job {job_id}"
    deadline = time.monotonic() + seconds
    while True:
        answer = _ask(env, "squeue", "-h", "-r", "-o", "%i %T %r", *_chosen(job_id))
        if answer.returncode:
            raise SlurmError(f"{what}: {answer.stderr.strip()}\n{_account(env, job_id)}")
        if not answer.stdout.strip():
            return states(env, job_id)
        if "DependencyNeverSatisfied" in answer.stdout:
            raise SlurmError(f"{what} waits for a job that failed:\n{answer.stdout}{_account(env, job_id)}")
        if time.monotonic() > deadline:
            raise SlurmError(f"{what} is not over after {seconds:g} s:\n{answer.stdout}{_account(env, job_id)}")
        time.sleep(0.1)


def states(env: dict[str, str], job_id: str | int | None = None) -> dict[str, str]:
    """Tells the present state of a job, or of every task of an array, ended or not.

    Args:
        env: The environment that `cluster` gave.
        job_id: The number that `sbatch --parsable` printed; without it, all jobs of the cluster.

    Returns:
        Slurm's word for the state, by the number of the job or by `job_task`, in the order of jobs and tasks.
    """
    told = _ask(env, "squeue", "-h", "-r", "--states=all", "-o", "%i %T", *_chosen(job_id)).stdout
    pairs = [line.split() for line in told.splitlines()]
    return dict(sorted(((name, state) for name, state in pairs), key=lambda each: [int(part) for part in each[0].split("_")]))


def _chosen(job_id: str | int | None) -> list[str]:
    """Gives squeue's option for a job, or none for all."""
    return [] if job_id is None else ["-j", str(job_id)]


def _path() -> str:
    """Gives the search path with the folders of daemons, which only root's has."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])


def _address() -> str:
    """Gives the address of this machine's name, which is the one that the daemons listen at when told not to at all of them."""
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return ""


def _configure(folder: Path, spool: Path, cpus: int) -> Path:
    """Writes the configuration and gives its path."""
    if " " in str(folder):
        raise SlurmError(f"Slurm takes no path with a blank: {folder}")
    address = _address()
    ports = _free_ports(address)
    settings = _CONFIGURATION.format(
        host=socket.gethostname().partition(".")[0],
        address=address,
        controller_port=ports[0],
        daemon_port=ports[1],
        user=os.geteuid(),
        folder=folder,
        spool=spool,
        node=NODE,
        partition=PARTITION,
        cpus=cpus,
    )
    configuration = folder / "slurm.conf"
    configuration.write_text(settings, encoding="utf-8")
    configuration.with_name("cgroup.conf").write_text(f"CgroupPlugin={_idle_cgroups()}\n", encoding="utf-8")
    return configuration


def _idle_cgroups() -> str:
    """Gives the plugin that leaves cgroups alone: slurmd loads one even when nothing asks for it, and v2's looks for systemd."""
    version = subprocess.run(["slurmd", "-V"], env={"PATH": _path()}, capture_output=True, text=True, check=False).stdout
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return "disabled" if numbers >= [23, 2] else "cgroup/v1"  # v1's does nothing until a task is to be confined


def _free_ports(address: str) -> tuple[int, int]:
    """Finds two free ports below those which the kernel gives to clients, so that none takes them before the daemons do."""
    found: list[int] = []
    with contextlib.ExitStack() as held:
        while len(found) < 2:
            port = random.SystemRandom().randrange(15_000, 32_000)
            listener = held.enter_context(socket.socket())
            with contextlib.suppress(OSError):
                listener.bind((address, port))
                found.append(port)
    return found[0], found[1]


def _start(program: str, env: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    """Starts a daemon in the foreground, away from the terminal's signals; it goes too when this process is killed."""
    bound = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv", path=_path()) else []
    own = {name: value for name, value in env.items() if name in _OPERATING} | {"SLURM_CONF": env["SLURM_CONF"]}
    with (folder / f"{program}.err").open("wb") as err:
        return subprocess.Popen(
            [*bound, program, "-D", "-f", env["SLURM_CONF"]],
            env=own,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=err,
            stderr=err,
            start_new_session=True,
        )


def _until(ready: Callable[[], bool], what: str, daemons: list[subprocess.Popen[bytes]], deadline: float, folder: Path) -> None:
    """Polls, for as long as the daemons live and there is time."""
    while not ready():
        dead = [daemon for daemon in daemons if daemon.poll() is not None]
        if dead or time.monotonic() > deadline:
            why = f"a daemon ended with {dead[0].returncode}" if dead else "there was no more time"
            raise SlurmError(f"waited for {what}, but {why}\n{_logs(folder)}")
        time.sleep(0.05)


def _ask(env: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Runs one of Slurm's commands; one that hangs counts as failed."""
    try:
        return subprocess.run(
            command, env=env, capture_output=True, text=True, errors="replace", check=False, timeout=20, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, 1, "", f"{command[0]} hung")


def _account(env: dict[str, str], job_id: str | int | None) -> str:
    """Gathers what there is to know of jobs that went wrong: Slurm's own records, their output, and the logs of the daemons."""
    told = _ask(env, "scontrol", "show", "job", *([] if job_id is None else [str(job_id)])).stdout
    records = [record.strip() for record in told.split("\n\n") if record.strip() and "JobState=COMPLETED" not in record]
    shown = "\n".join([*records[:_SHOWN], *([f"... and {len(records) - _SHOWN} more"] if len(records) > _SHOWN else [])])
    files = dict.fromkeys(Path(name) for name in re.findall(r"^ *Std(?:Out|Err)=(.+)$", shown, re.MULTILINE))
    return "\n".join([shown, *(_tail(file) for file in files), _logs(Path(env["SLURM_CONF"]).parent)])


def _logs(folder: Path) -> str:
    """Gives the ends of the daemons' logs; of one that had no configuration to find its log by, of what it said at the start."""
    told = [(folder / f"{program}.log", folder / f"{program}.err") for program in ("slurmctld", "slurmd")]
    return "\n".join(_tail(log if log.exists() else err) for log, err in told)


def _tail(file: Path, lines: int = 15) -> str:
    """Gives the end of a file under its name."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        text = f"({error.strerror})"
    return "\n".join([f"--- {file}", *text.splitlines()[-lines:]])


def _stop(env: dict[str, str], daemons: list[subprocess.Popen[bytes]]) -> None:
    """Cancels the jobs, as their processes outlive slurmd, and ends the daemons, the node's first."""
    try:
        if len(daemons) == 2 and all(daemon.poll() is None for daemon in daemons):
            _cancel(env)
    finally:
        for daemon in reversed(daemons):
            _end(daemon)
        for pid in _remains(Path(env["SLURM_CONF"])):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _cancel(env: dict[str, str]) -> None:
    """Cancels all jobs and waits a few seconds for them to go."""
    if not _ask(env, "squeue", "-h").stdout.strip():
        return
    _ask(env, "scancel", "--partition", PARTITION)
    deadline = time.monotonic() + 8
    while _ask(env, "squeue", "-h").stdout.strip() and time.monotonic() < deadline:
        time.sleep(0.1)


def _end(daemon: subprocess.Popen[bytes]) -> None:
    """Asks a daemon to end, and after some seconds no longer asks."""
    daemon.terminate()
    try:
        daemon.wait(8)
    except subprocess.TimeoutExpired:
        daemon.kill()
        daemon.wait()


def _remains(configuration: Path) -> list[int]:
    """Finds what outlived this very cluster: processes of jobs by their environment, and what watched them by the log they write.

    The environment of a slurmstepd is not to be read: it writes its title over it.
    """
    found = []
    named = b"SLURM_CONF=" + os.fsencode(configuration)
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "exe").readlink().name.startswith("slurmstepd"):
                ours = any(Path(opened).readlink() == configuration.with_name("slurmd.log") for opened in (process / "fd").iterdir())
            else:
                variables = (process / "environ").read_bytes().split(b"\0")
                ours = named in variables and any(each.startswith(b"SLURM_JOB_ID=") for each in variables)
            if ours:
                found.append(int(process.name))
    return found
