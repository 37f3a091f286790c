"""Runs a Databricks notebook, or a Python file, as real Python.

A specification arrives as JSON on standard input, events leave as JSON lines on descriptor 3 (or
the one named by the first argument). Standard output and error stay free for native code: they
are what a cluster calls the driver log. Python 3.9 or newer, standard library only.

Source: docs.databricks.com/notebooks (source format, magics, dbutils, notebook workflows).
"""

import ast
import builtins
import importlib.machinery
import importlib.util
import io
import json
import linecache
import os
import posixpath
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback
import types
from collections import namedtuple

RUNNER = os.path.abspath(__file__)

# Source: databricks-sdk-js NotebookOutput: exit values are cut at 5 MB; a cell shows at most 10 MB
# (docs.databricks.com/notebooks/notebook-limitations), and a run 20 MB (docs.databricks.com/jobs).
MAX_EXIT_BYTES = 5 * 1024 * 1024
MAX_CELL_CHARACTERS = 10 * 1024 * 1024
MAX_RUN_CHARACTERS = 20 * 1024 * 1024
# A task value may hold 48 KiB of JSON. Source: docs.databricks.com/jobs/task-values.
MAX_TASK_VALUE_BYTES = 48 * 1024
MAX_LINE_CHARACTERS = 64 * 1024
# inspect.CO_COROUTINE, without the price of importing inspect.
CO_COROUTINE = 0x80


class NotebookExit(BaseException):
    """What dbutils.notebook.exit raises; no `except Exception` may swallow it."""


class InputWidgetNotDefined(Exception):
    """A widget was read that nobody declared and no parameter was passed for."""

    __module__ = 'com.databricks.dbutils_v1'


class WorkflowException(Exception):
    """A notebook started with dbutils.notebook.run failed."""

    __module__ = 'com.databricks'


class OutputTooLarge(BaseException):
    """All cells together have shown more than a run may; nothing in a cell may swallow it."""

    __module__ = 'com.databricks'


class UnsupportedInSandbox(Exception):
    """Something that works on a cluster and not here; the message says what to do."""

    __module__ = 'sandbox'


# --- events ------------------------------------------------------------------------------------


class Events:
    """The one way out: JSON lines, redacted, with this machine's folders named as a cluster's."""

    def __init__(self, descriptor, secrets, folders):
        os.set_inheritable(descriptor, False)
        self._file = os.fdopen(descriptor, 'w', buffering=1, encoding='utf-8')
        self._lock = threading.Lock()
        self._secrets = sorted(self._pieces(secrets), key=len, reverse=True)
        self._folders = folders
        self._left_of_cell = MAX_CELL_CHARACTERS
        self._left_of_run = MAX_RUN_CHARACTERS

    @staticmethod
    def _pieces(secrets):
        for secret in filter(None, secrets):
            yield secret
            # Output leaves line by line, so a secret of several lines never passes in one piece.
            yield from (line for line in secret.splitlines() if len(line) >= 8)

    def clean(self, text):
        for secret in self._secrets:
            text = text.replace(secret, '[REDACTED]')
        for local, shown in self._folders:
            text = text.replace(local, shown)
        return text

    def send(self, event, **fields):
        line = json.dumps({'event': event, **fields}, default=str)
        with self._lock:
            self._file.write(line + '\n')

    def begin_cell(self):
        self._left_of_cell = MAX_CELL_CHARACTERS

    def output(self, event, text, **fields):
        if self._left_of_cell <= 0:
            return
        text = self.clean(text)
        self._left_of_cell -= len(text)
        self._left_of_run -= len(text)
        if self._left_of_run <= 0:
            self._left_of_cell = 0
            raise OutputTooLarge('The total output of the run exceeds 20 MB')
        if self._left_of_cell > 0:
            self.send(event, cell=STATE.cell, text=text, **fields)
            return
        warning = '*** WARNING: max output size exceeded, skipping output. ***'
        self.send('output', cell=STATE.cell, stream='stderr', text=warning)


class LineWriter(io.TextIOBase):
    """Stands in for sys.stdout and sys.stderr: one event for a line, however it was written."""

    encoding = 'utf-8'
    errors = 'replace'

    def __init__(self, stream, events):
        self._stream = stream
        self._events = events
        self._rest = ''
        self._lock = threading.Lock()

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f'write() argument must be str, not {type(text).__name__}')
        with self._lock:
            *lines, self._rest = (self._rest + text).split('\n')
            if len(self._rest) > MAX_LINE_CHARACTERS:
                lines, self._rest = [*lines, self._rest], ''
        for line in lines:
            self._events.output('output', line, stream=self._stream)
        return len(text)

    def finish_line(self):
        with self._lock:
            rest, self._rest = self._rest, ''
        if rest:
            self._events.output('output', rest, stream=self._stream)


# --- paths -------------------------------------------------------------------------------------


class Folders:
    """Where a cluster's /dbfs, /Workspace and /Volumes are on this machine.

    Without a root they are where they are on a cluster, because this process sees a file system of
    its own.
    """

    def __init__(self, root):
        self.real = root is None
        self.dbfs = '/dbfs' if self.real else os.path.join(root, 'dbfs')
        self.workspace = '/Workspace' if self.real else os.path.join(root, 'workspace')
        self.volumes = '/Volumes' if self.real else os.path.join(root, 'volumes')
        self.mapped = (
            ('/dbfs', self.dbfs),
            ('/Workspace', self.workspace),
            ('/Volumes', self.volumes),
        )
        for _, local in self.mapped:
            os.makedirs(local, exist_ok=True)

    def local(self, path):
        """The path on this machine; anything that is not below a mapped folder stays as it is."""
        try:
            text = os.fsdecode(os.fspath(path))
        except TypeError:
            return path
        if not text.startswith(('/dbfs', '/Workspace', '/Volumes')):
            return path
        text = posixpath.normpath(text)
        for shown, local in self.mapped:
            if text == shown or text.startswith(shown + '/'):
                found = local + text[len(shown) :]
                return os.fsencode(found) if isinstance(path, bytes) else found
        return path

    def of_dbutils(self, path):
        """What dbutils.fs means by a path: without a scheme it is DBFS, `/dbfs` included."""
        text = os.fspath(path)
        if text.startswith('file:'):
            return self.local(posixpath.normpath('/' + text[len('file:') :].lstrip('/')))
        if text.startswith('dbfs:'):
            text = text[len('dbfs:') :]
        elif re.match(r'[A-Za-z][\w+.-]*:', text):
            scheme = text.split(':', 1)[0]
            raise UnsupportedInSandbox(f'{scheme}: the sandbox has no such storage; use dbfs:/')
        text = posixpath.normpath('/' + text.lstrip('/'))
        if text.startswith(('/Workspace/', '/Volumes/')):
            return self.local(text)
        return self.dbfs + ('' if text == '/' else text)

    def in_script(self, script):
        """The text of a shell script with the mapped folders in it."""
        found = re.search(r'(?<![\w./-])(/dbfs|/Workspace|/Volumes)(?![\w.-])', script)
        if self.real or not found:
            return script
        if not re.fullmatch(r'[\w./+@-]+', self.dbfs):
            raise UnsupportedInSandbox(f'%sh cannot use {found[1]}: the sandbox lies in a folder '
                                       'whose name a shell would take apart')
        return re.sub(r'(?<![\w./-])(/dbfs|/Workspace|/Volumes)(?![\w.-])',
                      lambda m: dict(self.mapped)[m[1]], script)

    def patch_python(self):
        """Makes Python's own file functions, and its imports, see the mapped folders."""
        builtins.open = io.open = Mapped(builtins.open, self, 1)
        one = ('stat lstat mkdir listdir scandir remove unlink rmdir open access chmod lchmod '
               'chown lchown utime truncate readlink chdir statvfs pathconf mkfifo '
               'listxattr getxattr setxattr removexattr')
        for name in one.split():
            self._patch_os(name, 1)
        for name in ('rename', 'replace', 'link', 'symlink'):
            self._patch_os(name, 2)

        finder = importlib.machinery.FileFinder.path_hook(
            (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES),
            (importlib.machinery.SourceFileLoader, importlib.machinery.SOURCE_SUFFIXES),
        )

        def hook(path):
            local = self.local(path)
            if local == path:
                raise ImportError('not below a mapped folder', path=path)
            return finder(local)

        sys.path_hooks.insert(0, hook)

    def _patch_os(self, name, paths):
        original = getattr(os, name, None)
        if original is None:
            return
        wrapped = Mapped(original, self, paths)
        setattr(os, name, wrapped)
        for capable in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
            if original in capable:
                capable.add(wrapped)


class Mapped:
    """A file function that sees the mapped folders.

    Not a Python function: pathlib of Python 3.9 and 3.10 keeps such functions in a class, where
    one would become a method.
    """

    def __init__(self, original, folders, paths):
        self._original = original
        self._folders = folders
        self._paths = paths
        self.__name__ = original.__name__
        self.__doc__ = original.__doc__

    def __call__(self, *arguments, **named):
        for key in ('path', 'file', 'src', 'dst'):
            if key in named:
                named[key] = self._folders.local(named[key])
        head = (self._folders.local(argument) for argument in arguments[: self._paths])
        return self._original(*head, *arguments[self._paths :], **named)


# --- dbutils -----------------------------------------------------------------------------------


class Part:
    """One part of dbutils: what is missing in it is refused by name."""

    def __init__(self, name, **members):
        self._name = name
        self.__dict__.update(members)

    def help(self, member=None):
        names = sorted(name for name in self.__dict__ if not name.startswith('_'))
        print(f'{self._name} in the sandbox: {", ".join(names)}')

    def __getattr__(self, name):
        raise AttributeError(f'{self._name}.{name} is not available in the sandbox')

    def __repr__(self):
        return f'<{self._name}>'


def refused(name, advice):
    """Stands for what dbutils has on a cluster, and says what to do instead."""

    def refuse(*arguments, **named):
        raise UnsupportedInSandbox(f'{name} is not available in the sandbox: {advice}')

    return refuse


def refused_part(name, members, advice):
    return Part(name, **{member: refused(f'{name}.{member}', advice) for member in members})


class Widgets:
    """Parameters, always strings. A passed value wins over the declared default."""

    def __init__(self, passed):
        self._passed = {name: str(value) for name, value in passed.items()}
        self._declared = {}

    def _declare(self, name, defaultValue='', label=None):
        self._declared.setdefault(name, self._passed.get(name, str(defaultValue)))

    def _declare_choice(self, name, defaultValue, choices, label=None):
        if str(defaultValue) not in [str(choice) for choice in choices]:
            raise ValueError(f'{defaultValue} is not one of the choices of widget {name}')
        self._declare(name, defaultValue, label)

    def _declare_open_choice(self, name, defaultValue, choices, label=None):
        self._declare(name, defaultValue, label)

    def get(self, name):
        values = self.getAll()
        if name not in values:
            raise InputWidgetNotDefined(f'No input widget named {name} is defined')
        return values[name]

    def getArgument(self, name, defaultValue=None):
        return self.getAll().get(name, defaultValue) if defaultValue is not None else self.get(name)

    def getAll(self):
        return {**self._passed, **self._declared}

    def remove(self, name):
        if name not in self._declared:
            raise InputWidgetNotDefined(f'No input widget named {name} is defined')
        del self._declared[name]

    def removeAll(self):
        self._declared.clear()

    def part(self):
        return Part(
            'dbutils.widgets',
            text=self._declare,
            combobox=self._declare_open_choice,
            dropdown=self._declare_choice,
            multiselect=self._declare_choice,
            get=self.get,
            getArgument=self.getArgument,
            getAll=self.getAll,
            remove=self.remove,
            removeAll=self.removeAll,
        )


class FileInfo(namedtuple('FileInfo', 'path name size modificationTime')):
    """A row of dbutils.fs.ls."""

    __slots__ = ()

    def isDir(self):
        return self.name.endswith('/')

    def isFile(self):
        return not self.isDir()


MountInfo = namedtuple('MountInfo', 'mountPoint source encryptionType')


class FileSystem:
    """dbutils.fs on a folder of this machine."""

    def __init__(self, folders):
        self._folders = folders

    def ls(self, path):
        local = self._existing(path)
        entries = [local] if os.path.isfile(local) else sorted(e.path for e in os.scandir(local))
        return [self._info(entry) for entry in entries]

    def mkdirs(self, path):
        os.makedirs(self._folders.of_dbutils(path), exist_ok=True)
        return True

    def rm(self, path, recurse=False):
        local = self._folders.of_dbutils(path)
        if not os.path.exists(local):
            return False
        if not os.path.isdir(local):
            os.remove(local)
        elif recurse in (True, 'true', 'True'):
            shutil.rmtree(local)
        elif os.listdir(local):
            raise OSError(f'Cannot delete the folder {path}: it is not empty and recurse is false')
        else:
            os.rmdir(local)
        return True

    def put(self, path, contents, overwrite=False):
        local = self._folders.of_dbutils(path)
        if os.path.exists(local) and not overwrite:
            raise FileExistsError(f'File already exists: {path}')
        os.makedirs(os.path.dirname(local), exist_ok=True)
        with open(local, 'w', encoding='utf-8') as file:
            file.write(contents)
        print(f'Wrote {len(contents.encode())} bytes.')
        return True

    def head(self, file, maxBytes=65536, max_bytes=None):
        with open(self._existing(file), 'rb') as opened:
            return opened.read(int(max_bytes or maxBytes)).decode('utf-8', 'replace')

    def mounts(self):
        return [MountInfo('/', 'DatabricksRoot', '')]

    def refreshMounts(self):
        return True

    def cp(self, source, target, recurse=False):
        source, target = self._existing(source), self._folders.of_dbutils(target)
        if os.path.isdir(source):
            if recurse not in (True, 'true', 'True'):
                raise OSError('Cannot copy a folder unless recurse is true')
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(source, self._into(source, target))
        return True

    def mv(self, source, target, recurse=False):
        source, target = self._existing(source), self._folders.of_dbutils(target)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.move(source, self._into(source, target))
        return True

    def part(self):
        names = ('ls', 'mkdirs', 'rm', 'put', 'head', 'cp', 'mv', 'mounts', 'refreshMounts')
        storage = 'there is no other storage than DBFS; put files below dbfs:/'
        cache = 'there is no Spark whose cache it could fill; leave it out'
        return Part(
            'dbutils.fs',
            **{name: getattr(self, name) for name in names},
            **{name: refused(f'dbutils.fs.{name}', storage)
               for name in ('mount', 'updateMount', 'unmount')},
            **{name: refused(f'dbutils.fs.{name}', cache)
               for name in ('cacheFiles', 'cacheTable', 'uncacheFiles', 'uncacheTable')},
        )

    @staticmethod
    def _into(source, target):
        return os.path.join(target, os.path.basename(source)) if os.path.isdir(target) else target

    def _existing(self, path):
        local = self._folders.of_dbutils(path)
        if not os.path.exists(local):
            raise FileNotFoundError(f'java.io.FileNotFoundException: No such file or directory '
                                    f'{path}')
        return local

    def _info(self, local):
        slash = '/' if os.path.isdir(local) else ''
        shown = local
        for name, folder in (('dbfs:', self._folders.dbfs), *self._folders.mapped[1:]):
            if local.startswith(folder + '/'):
                shown = name + local[len(folder) :]
        about = os.stat(local)
        return FileInfo(shown + slash, os.path.basename(local) + slash,
                        0 if slash else about.st_size, int(about.st_mtime * 1000))


SecretMetadata = namedtuple('SecretMetadata', 'key')


class SecretScope(namedtuple('SecretScope', 'name')):
    """A row of dbutils.secrets.listScopes."""

    __slots__ = ()

    def getName(self):
        return self.name


class Secrets:
    """dbutils.secrets; every value is redacted wherever it is shown."""

    def __init__(self, scopes):
        self._scopes = scopes

    def get(self, scope, key):
        if key not in self._scopes.get(scope, {}):
            raise ValueError(f'Secret does not exist with scope: {scope} and key: {key}')
        return self._scopes[scope][key]

    def getBytes(self, scope, key):
        return self.get(scope, key).encode()

    def list(self, scope):
        if scope not in self._scopes:
            raise ValueError(f'Secret scope {scope} does not exist')
        return [SecretMetadata(key) for key in self._scopes[scope]]

    def listScopes(self):
        return [SecretScope(name) for name in self._scopes]

    def part(self):
        names = ('get', 'getBytes', 'list', 'listScopes')
        return Part('dbutils.secrets', **{name: getattr(self, name) for name in names})


class TaskValues:
    """dbutils.jobs.taskValues: each task of a run writes a file of its own, all may read all."""

    def __init__(self, folder, task_key, task_keys):
        self._folder = folder
        self._task_key = task_key
        self._task_keys = task_keys

    def set(self, key, value):
        if self._task_key is None:
            return
        text = json.dumps(value)
        if len(text.encode()) > MAX_TASK_VALUE_BYTES:
            raise ValueError(f'The task value {key} is larger than 48 KiB')
        values = {**self._read(self._task_key), key: value}
        path = self._path(self._task_key)
        with open(path + '.new', 'w', encoding='utf-8') as file:
            json.dump(values, file)
        os.replace(path + '.new', path)
        STATE.events.send('task_value', key=key, value=value)

    def get(self, taskKey, key, default=None, debugValue=None):
        if self._task_key is None:
            if debugValue is None:
                raise TypeError('Must pass debugValue when calling get outside of a job context')
            return debugValue
        if taskKey not in self._task_keys:
            raise ValueError(f'Task key does not exist in run: {taskKey}.')
        values = self._read(taskKey)
        if key in values:
            return values[key]
        if default is None:
            raise ValueError(f'No task value named {key} was set by task {taskKey}')
        return default

    def part(self):
        return Part('dbutils.jobs', taskValues=Part('dbutils.jobs.taskValues', set=self.set,
                                                    get=self.get))

    def _path(self, task_key):
        if not re.fullmatch(r'[\w-]+', task_key):
            raise ValueError(f'{task_key} is no task key')
        return os.path.join(self._folder, task_key + '.json')

    def _read(self, task_key):
        try:
            with open(self._path(task_key), encoding='utf-8') as file:
                return json.load(file)
        except FileNotFoundError:
            return {}


class Some:
    """A Scala Option with something in it, as notebooks meet it through Py4J."""

    def __init__(self, value):
        self._value = value

    def get(self):
        return self._value

    def getOrElse(self, default):
        return self._value

    def isDefined(self):
        return True

    def isEmpty(self):
        return False

    def toString(self):
        return f'Some({self._value})'

    __repr__ = __str__ = toString


class Nothing:
    """A Scala Option with nothing in it."""

    def get(self):
        raise ValueError('java.util.NoSuchElementException: None.get')

    def getOrElse(self, default):
        return default() if callable(default) else default

    def isDefined(self):
        return False

    def isEmpty(self):
        return True

    def toString(self):
        return 'None'

    __repr__ = __str__ = toString


def option(value):
    return Nothing() if value is None else Some(value)


class Context:
    """dbutils.notebook.entry_point.getDbutils().notebook().getContext()."""

    def __init__(self, context):
        self._context = context
        self._tags = {
            'jobId': context.get('jobId'),
            'runId': context.get('taskRunId'),
            'multitaskParentRunId': context.get('jobRunId'),
            'taskKey': context.get('taskKey'),
            'orgId': context.get('workspaceId'),
            'user': context.get('user'),
            'browserHostName': context.get('host'),
            'jobName': context.get('jobName'),
        }

    def _extra(self):
        return {
            'api_url': self._context.get('apiUrl'),
            'notebook_path': self._context.get('notebookPath'),
            'mlflowGitUrl': self._context.get('gitUrl'),
            'mlflowGitCommit': self._context.get('gitCommit'),
        }

    def apiUrl(self):
        return option(self._context.get('apiUrl'))

    def apiToken(self):
        return option(self._context.get('apiToken'))

    def notebookPath(self):
        return option(self._context.get('notebookPath'))

    def browserHostName(self):
        return option(self._context.get('host'))

    def workspaceId(self):
        return option(self._context.get('workspaceId'))

    def userName(self):
        return option(self._context.get('user'))

    def jobId(self):
        return option(self._context.get('jobId'))

    def jobName(self):
        return option(self._context.get('jobName'))

    def taskKey(self):
        return option(self._context.get('taskKey'))

    def currentRunId(self):
        return option(self._context.get('taskRunId'))

    def rootRunId(self):
        return option(self._context.get('taskRunId'))

    def clusterId(self):
        return option('sandbox')

    def tags(self):
        tags = {name: value for name, value in self._tags.items() if value is not None}

        def apply(name):
            if name not in tags:
                raise KeyError(f'java.util.NoSuchElementException: key not found: {name}')
            return tags[name]

        return Part('tags', get=lambda name: option(tags.get(name)), apply=apply,
                    contains=lambda name: name in tags)

    def toJson(self):
        run_id = self._context.get('taskRunId')
        return json.dumps({
            'currentRunId': None if run_id is None else {'id': int(run_id)},
            'rootRunId': None if run_id is None else {'id': int(run_id)},
            'tags': {name: value for name, value in self._tags.items() if value is not None},
            'extraContext': {k: v for k, v in self._extra().items() if v is not None},
        })

    def safeToJson(self):
        run_id = self._context.get('taskRunId')
        attributes = {**self._tags, **self._extra(), 'currentRunId': run_id, 'rootRunId': run_id}
        return json.dumps({'attributes': {k: v for k, v in attributes.items() if v is not None}})

    def __getattr__(self, name):
        raise AttributeError(f'the notebook context of the sandbox has no {name}()')


def exit_notebook(value=''):
    raise NotebookExit(str(value))


def run_notebook(path, timeout_seconds=0, arguments=None):
    """dbutils.notebook.run: another notebook in a process of its own."""
    notebook = find_notebook(path, STATE.notebook)
    params = {name: str(value) for name, value in (arguments or {}).items()}
    context = {**STATE.specification.get('context', {}), 'notebookPath': shown_path(notebook)}
    specification = {**STATE.specification, 'notebook': notebook, 'params': params,
                     'context': context, 'task_key': None}
    reading, writing = os.pipe()
    child = subprocess.Popen([sys.executable, '-I', '-B', RUNNER, str(writing)],
                             stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             pass_fds=(writing,), cwd=os.path.dirname(notebook))
    os.close(writing)
    late = threading.Event()
    timer = threading.Timer(timeout_seconds, lambda: (late.set(), child.kill()))
    if timeout_seconds > 0:
        timer.start()
    try:
        child.stdin.write(json.dumps(specification).encode())
        child.stdin.close()
        end = last_event(reading)
        child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:
            child.kill()
            child.wait()
    if late.is_set():
        raise WorkflowException(f'Notebook {path} was stopped after {timeout_seconds} s: TIMEDOUT')
    if end is None:
        raise WorkflowException(f'Notebook {path} ended with exit code {child.returncode}')
    if end['result'] != 'SUCCESS':
        raise WorkflowException(f'com.databricks.NotebookExecutionException: FAILED: {path}: '
                                f'{end.get("error")}')
    return end.get('exit') or ''


def last_event(reading):
    end = None
    with os.fdopen(reading, encoding='utf-8') as lines:
        for line in lines:
            event = json.loads(line)
            if event['event'] == 'ended':
                end = event
    return end


class LazySpark:
    """Stands where Spark would be: spark-lite, loaded when it is first asked for something."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith('__') or name.startswith('_repr'):
            raise AttributeError(name)
        return getattr(spark_lite().session(self._name), name)

    def __repr__(self):
        return f'<{self._name}: spark-lite, not Spark>'


def spark_lite():
    """The module beside this one; it is told where files are, and how to refuse."""
    module = sys.modules.get('spark_lite')
    if module is None:
        path = os.path.join(os.path.dirname(RUNNER), 'spark_lite.py')
        specification = importlib.util.spec_from_file_location('spark_lite', path)
        module = importlib.util.module_from_spec(specification)
        sys.modules['spark_lite'] = module
        specification.loader.exec_module(module)
        module.prepare(STATE.folders.of_dbutils, UnsupportedInSandbox)
    return module


def display(value=None, *rest, **options):
    for shown in (value, *rest):
        STATE.flush()
        STATE.events.output('display', str(shown) if has_html(shown) else repr(shown))


def display_html(html):
    STATE.flush()
    STATE.events.output('display', str(html))


def has_html(value):
    return callable(getattr(type(value), '_repr_html_', None))


def dbutils_for(specification, folders, widgets):
    context = Context(specification.get('context', {}))
    notebook = types.SimpleNamespace(getContext=lambda: context)
    entry = types.SimpleNamespace(getDbutils=lambda: types.SimpleNamespace(
        notebook=lambda: notebook))
    values = TaskValues(specification.get('values'), specification.get('task_key'),
                        specification.get('task_keys', []))
    return Part(
        'dbutils',
        widgets=widgets.part(),
        fs=FileSystem(folders).part(),
        secrets=Secrets(specification.get('secrets', {})).part(),
        jobs=values.part(),
        notebook=Part('dbutils.notebook', exit=exit_notebook, run=run_notebook,
                      entry_point=entry, getContext=lambda: context),
        entry_point=entry,
        library=Part('dbutils.library', restartPython=restart_python),
        credentials=refused_part(
            'dbutils.credentials',
            ('assumeRole', 'showCurrentRole', 'showRoles', 'getCurrentCredentials'),
            'there are no roles of AWS; use dbutils.secrets'),
        data=refused_part('dbutils.data', ('summarize',), 'use describe() of pandas'),
    )


def restart_python():
    print('Note: dbutils.library.restartPython(): not restarted, nothing was installed')


# --- notebooks ---------------------------------------------------------------------------------

Cell = namedtuple('Cell', 'title source')


def shown_path(notebook):
    """The notebook's path as the workspace names it, without its extension."""
    return STATE.events.clean(os.path.splitext(notebook)[0])


def find_notebook(path, start):
    """The file of a notebook named by %run or dbutils.notebook.run."""
    if path.startswith('/Workspace/'):
        base = STATE.folders.local(path)
    elif path.startswith('/'):
        base = STATE.folders.workspace + path
    else:
        base = os.path.join(os.path.dirname(start), path)
    base = os.path.normpath(base)
    for extension in ('', '.py', '.ipynb'):
        if base.endswith(('.py', '.ipynb')) and os.path.isfile(base):
            return base
        if extension and os.path.isfile(base + extension):
            return base + extension
    raise FileNotFoundError(f'Notebook not found: {path}. Notebooks can be specified via a '
                            'relative path (./Notebook or ../folder/Notebook) or via an absolute '
                            'path (/Abs/Path/to/Notebook).')


def cells_of(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    return jupyter_cells(text) if path.endswith('.ipynb') else source_cells(text)


def jupyter_cells(text):
    notebook = json.loads(text)
    metadata = notebook.get('metadata', {})
    language = metadata.get('application/vnd.databricks.v1+notebook', {}).get('language', 'python')
    if str(language).lower() != 'python':
        raise UnsupportedInSandbox(f'A notebook in {language}: the sandbox runs Python only')
    if int(notebook.get('nbformat', 0)) < 4:
        raise UnsupportedInSandbox('A notebook older than nbformat 4: save it again')
    cells = []
    for cell in notebook['cells']:
        source = cell['source'] if isinstance(cell['source'], str) else ''.join(cell['source'])
        kind = cell['cell_type']
        cells.append(Cell(None, source if kind == 'code' else '%md\n' + source))
    return cells


def source_cells(text):
    lines = text.split('\n')
    if lines[0].rstrip('\r') != '# Databricks notebook source':
        raise UnsupportedInSandbox('The file is no notebook: its first line is not '
                                   '"# Databricks notebook source"')
    blocks = [[]]
    for line in (line.rstrip('\r') for line in lines[1:]):
        if re.fullmatch(r'# COMMAND -+\s*', line):
            blocks.append([])
        else:
            blocks[-1].append(line)
    return [source_cell(block) for block in blocks]


def source_cell(lines):
    while lines and not lines[0].strip():
        lines = lines[1:]
    title = None
    if lines and lines[0].startswith('# DBTITLE '):
        title = lines[0][len('# DBTITLE ') :].partition(',')[2] or None
        lines = lines[1:]
    plain = (re.sub(r'^# MAGIC ?', '', line) for line in lines)
    return Cell(title, '\n'.join(plain).strip('\n'))


# --- running -----------------------------------------------------------------------------------


class State:
    """What one run of the runner knows; there is one, because a notebook is one process."""

    specification = None
    events = None
    folders = None
    notebook = None
    cell = 0
    """Parts of a cell's name: `(3,)`, or `(3, 1)` for the first cell of what cell 3 %runs."""
    place = ()
    writers = ()
    names = None
    widgets = None

    def flush(self):
        for writer in self.writers:
            writer.finish_line()


STATE = State()


def run_cell(cell):
    source = cell.source
    if not source.strip():
        return
    if source.lstrip().startswith('%'):
        run_magic(source.lstrip())
    else:
        run_python(source)


def run_python(source):
    name = f'<command-{".".join(str(part) for part in STATE.place)}>'
    tree = parsed(source, name)
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not source.rstrip().endswith(';')
    body = tree.body[:-1] if shown else tree.body
    evaluate(ast.Module(body, []), name, 'exec')
    if shown:
        value = evaluate(ast.Expression(last.value), name, 'eval')
        if value is not None:
            display(value)


def parsed(source, name):
    """The cell as Python. Line magics are tried only where plain Python fails: `%` is modulo."""
    remember(source, name)
    try:
        return ast.parse(source, name)
    except SyntaxError:
        lines = [re.sub(r'^(\s*)([%!].*)$', as_call, line) for line in source.split('\n')]
        if '\n'.join(lines) == source:
            raise
        return ast.parse('\n'.join(lines), name)


def as_call(match):
    return f'{match[1]}__line_magic__({match[2]!r})'


def remember(source, name):
    """Lets tracebacks show the cell's own lines."""
    lines = [line + '\n' for line in source.split('\n')]
    linecache.cache[name] = (len(source), None, lines, name)


def evaluate(tree, name, mode):
    code = compile(tree, name, mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    result = eval(code, STATE.names)
    if code.co_flags & CO_COROUTINE:
        import asyncio

        return asyncio.run(result)
    return result


def run_line_magic(line):
    if line.startswith('!'):
        return run_shell(line[1:], strict=False)
    return run_magic(line)


def run_magic(source):
    head, _, body = source.partition('\n')
    command, _, argument = head.strip().partition(' ')
    magic = MAGICS.get(command)
    if magic is None:
        raise UnsupportedInSandbox(f'{command} is not available in the sandbox: it runs Python, '
                                   '%md, %python, %run, %sh, %fs and %pip')
    magic(argument.strip(), body)


def magic_python(argument, body):
    # The empty line keeps the numbers of the lines what they are in the cell.
    run_python('\n' + body if not argument else argument + '\n' + body)


def magic_run(argument, body):
    if body.strip():
        raise SyntaxError('%run must be alone in its cell')
    match = re.match(r'"([^"]+)"|\'([^\']+)\'|(\S+)', argument)
    if not match:
        raise SyntaxError('%run needs the path of a notebook')
    for name, quoted, bare in re.findall(r'\$(\w+)=(?:"([^"]*)"|(\S+))', argument[match.end() :]):
        STATE.widgets._passed[name] = quoted or bare
    outer = (STATE.notebook, STATE.place)
    notebook = find_notebook(match[1] or match[2] or match[3], STATE.notebook)
    if len(STATE.place) > 50:
        raise RecursionError('%run goes round in circles')
    try:
        for number, cell in enumerate(cells_of(notebook), 1):
            STATE.notebook, STATE.place = notebook, (*outer[1], number)
            run_cell(cell)
    finally:
        STATE.notebook, STATE.place = outer


def magic_sh(argument, body):
    flags = re.match(r'-e\b\s*', argument)
    first = argument[flags.end() :] if flags else argument
    run_shell(f'{first}\n{body}' if first else body, strict=bool(flags))


def run_shell(script, strict):
    """Runs a script with bash. Its exit code counts with `-e` only, as on a cluster."""
    command = ['bash', *(['-e'] if strict else []), '-c', STATE.folders.in_script(script)]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT)
    with child.stdout:
        for line in io.TextIOWrapper(child.stdout, encoding='utf-8', errors='replace'):
            sys.stdout.write(line)
    if child.wait() and strict:
        raise subprocess.CalledProcessError(child.returncode, 'bash -e')


def magic_fs(argument, body):
    words = argument.split()
    names = {'ls', 'mkdirs', 'rm', 'put', 'head', 'cp', 'mv'}
    if not words or words[0] not in names:
        raise UnsupportedInSandbox(f'%fs {argument}: the sandbox knows {", ".join(sorted(names))}')
    recurse = words[0] == 'rm' and '-r' in words
    words = [word for word in words if word != '-r']
    result = getattr(FileSystem(STATE.folders), words[0])(*words[1:], *([True] if recurse else []))
    display(result)


def magic_pip(argument, body):
    print(f'Note: %pip {argument}: not installed, the sandbox uses the packages of this machine')
    if body.strip():
        run_python('\n' + body)


MAGICS = {
    '%md': lambda argument, body: None,
    '%md-sandbox': lambda argument, body: None,
    '%python': magic_python,
    '%run': magic_run,
    '%sh': magic_sh,
    '%fs': magic_fs,
    '%pip': magic_pip,
    '%conda': magic_pip,
}


def trace_of(error):
    """The traceback as the notebook's author knows it: without the runner's own frames."""
    report = traceback.TracebackException(type(error), error, error.__traceback__)
    pending, seen = [report], set()
    while pending:
        part = pending.pop()
        if part is None or id(part) in seen:
            continue
        seen.add(id(part))
        part.stack = traceback.StackSummary.from_list(
            [frame for frame in part.stack if frame.filename != RUNNER])
        pending += [part.__cause__, part.__context__, *(getattr(part, 'exceptions', None) or [])]
    return ''.join(report.format())


def failure(error):
    line = ''.join(traceback.format_exception_only(type(error), error)).strip()
    return {
        'result': 'FAILED',
        'error': STATE.events.clean(line),
        'error_trace': STATE.events.clean(trace_of(error)),
        'cell': STATE.cell,
    }


def attempt(run):
    """Runs one cell; None when the notebook goes on, its end otherwise."""
    try:
        run()
        STATE.flush()
    except NotebookExit as end:
        # Cleaned first: the cut must leave no half of a secret.
        value = STATE.events.clean(end.args[0]).encode('utf-8', 'replace')
        return {'result': 'SUCCESS', 'exit': value[:MAX_EXIT_BYTES].decode('utf-8', 'ignore'),
                'truncated': len(value) > MAX_EXIT_BYTES}
    except KeyboardInterrupt:
        return {'result': 'CANCELED', 'error': 'Cancelled', 'cell': STATE.cell}
    except BaseException as error:  # noqa: BLE001 -- whatever a cell raises ends the notebook
        return failure(error)
    return None


def finish_cell(ok, began):
    try:
        STATE.flush()
    except OutputTooLarge:
        pass  # the notebook has ended already, for a reason of its own
    STATE.events.send('cell_ended', cell=STATE.cell, ok=ok,
                      duration_ms=round((time.monotonic() - began) * 1000))


def run_file(path, source, arguments):
    """Runs a plain Python file as the program it is, with these arguments."""
    shown = STATE.events.clean(path)
    sys.argv = [shown, *arguments]
    remember(source, shown)
    STATE.names['__file__'] = path
    try:
        exec(compile(source, shown, 'exec', dont_inherit=True), STATE.names)
    except SystemExit as end:
        if end.code not in (None, 0):
            raise


def run_cells(cells):
    for STATE.cell, cell in enumerate(cells, 1):
        STATE.place = (STATE.cell,)
        STATE.events.begin_cell()
        STATE.events.send('cell_started', cell=STATE.cell, title=cell.title,
                          source=STATE.events.clean(cell.source))
        began = time.monotonic()
        end = attempt(lambda: run_cell(cell))
        finish_cell(end is None or end['result'] == 'SUCCESS', began)
        if end:
            return end
    return {'result': 'SUCCESS', 'exit': None, 'truncated': False}


def prepare(specification, descriptor):
    # In a file system of its own the process sees /dbfs and the others where they belong.
    root = specification['root'] and os.path.abspath(specification['root'])
    STATE.specification = specification
    STATE.notebook = specification['notebook']
    STATE.folders = Folders(root)
    token = specification.get('context', {}).get('apiToken')
    secrets = [value for scope in specification.get('secrets', {}).values()
               for value in scope.values()]
    STATE.events = Events(descriptor, [*secrets, token or ''],
                          [(local, shown) for shown, local in STATE.folders.mapped
                           if local != shown])
    STATE.widgets = Widgets(specification.get('params', {}))
    STATE.writers = (LineWriter('stdout', STATE.events), LineWriter('stderr', STATE.events))
    sys.stdout, sys.stderr = STATE.writers
    sys.argv = ['notebook']
    sys.path[:0] = specification.get('import_from', [])
    if not STATE.folders.real:
        STATE.folders.patch_python()

    # A module of its own, so that what a notebook defines can be pickled from `__main__`.
    main = types.ModuleType('__main__')
    sys.modules['__main__'] = main
    STATE.names = main.__dict__
    STATE.names['__builtins__'] = builtins
    if specification.get('kind') == 'python':
        return
    dbutils = dbutils_for(specification, STATE.folders, STATE.widgets)
    STATE.names.update({
        'dbutils': dbutils,
        'display': display,
        'displayHTML': display_html,
        'getArgument': STATE.widgets.getArgument,
        'spark': LazySpark('spark'),
        'sc': LazySpark('sc'),
        'sqlContext': LazySpark('sqlContext'),
        '__line_magic__': run_line_magic,
    })


def ended():
    if STATE.specification.get('kind') == 'python':
        return ended_file()
    try:
        cells = cells_of(STATE.notebook)
    except Exception as error:  # noqa: BLE001 -- an unreadable notebook fails like a cell
        return failure(error)
    started(len(cells))
    return run_cells(cells)


def ended_file():
    """A Python file counts as one cell."""
    try:
        with open(STATE.notebook, encoding='utf-8') as file:
            source = file.read()
    except Exception as error:  # noqa: BLE001 -- an unreadable file fails like a cell
        return failure(error)
    started(1)
    STATE.cell = 1
    STATE.events.send('cell_started', cell=1, title=None, source=STATE.events.clean(source))
    began = time.monotonic()
    arguments = STATE.specification.get('arguments', [])
    end = attempt(lambda: run_file(STATE.notebook, source, arguments))
    end = end or {'result': 'SUCCESS', 'exit': None, 'truncated': False}
    finish_cell(end['result'] == 'SUCCESS', began)
    return end


def started(cells):
    STATE.events.send('started', notebook=shown_path(STATE.notebook), cells=cells,
                      python=sys.version.split()[0],
                      isolation=STATE.specification.get('isolation', 'patched paths'))


def main():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    descriptor = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    prepare(json.load(sys.stdin), descriptor)
    end = ended()
    # From here on an interrupt comes too late: the end is known and will be told.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    STATE.flush()
    STATE.events.send('ended', **end)
    # Not sys.exit: threads that a notebook left behind must not keep the task alive.
    os._exit({'SUCCESS': 0, 'FAILED': 1}.get(end['result'], 130))


if __name__ == '__main__':
    main()
