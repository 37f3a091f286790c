"""spark-lite: the few things of Spark that a notebook of a model pipeline does with a small table.

It is not Spark: rows are lists in this process, nothing is lazy, nothing is distributed, and
"delta" is a folder of JSON lines. What is not here is refused by name. Standard library only.

Source: the seeds' notebooks (createDataFrame, spark.read, write, toPandas, count, show).
"""

import csv
import json
import os
import shutil

LABEL = 'spark-lite: not Spark'

STATE = {'said': False, 'local': None, 'refusal': None}


def prepare(local, refusal):
    """Tells where a path of DBFS is on this machine, and what to raise."""
    STATE['local'] = local
    STATE['refusal'] = refusal


def session(name):
    """What `spark`, `sc` and `sqlContext` are."""
    if name != 'spark':
        return Refusing(name, 'use spark.read and spark.createDataFrame')
    if not STATE['said']:
        STATE['said'] = True
        print(f'{LABEL}. Tables are lists in this process; csv, json and a stand-in for delta.')
    return Session()


def refuse(what, advice):
    raise STATE['refusal'](f'{what}: {LABEL}, and it cannot do this; {advice}')


class Refusing:
    """Refuses by name whatever it does not have."""

    def __init__(self, name, advice):
        self._name = name
        self._advice = advice

    def __getattr__(self, name):
        if name.startswith('__') or name.startswith('_repr'):
            raise AttributeError(name)
        refuse(f'{self._name}.{name}', self._advice)

    def __repr__(self):
        return f'<{self._name}: {LABEL}>'


PLAIN_PYTHON = 'use plain Python or pandas (toPandas), or keep this step out of the sandbox'


class Session(Refusing):
    """`spark`."""

    def __init__(self):
        super().__init__('spark', PLAIN_PYTHON)
        self.version = LABEL

    @property
    def read(self):
        return Reader()

    def createDataFrame(self, data, schema=None):
        if hasattr(data, 'to_dict') and hasattr(data, 'columns'):
            rows = [tuple(plain(value) for value in row) for row in data.itertuples(index=False)]
            return DataFrame(names_of(schema) or [str(name) for name in data.columns], rows)
        data = list(data)
        names = names_of(schema)
        if data and isinstance(data[0], dict):
            names = names or list(dict.fromkeys(key for row in data for key in row))
            return DataFrame(names, [tuple(row.get(name) for name in names) for row in data])
        if data and isinstance(data[0], Row) and names is None:
            names = data[0].__fields__
        rows = [tuple(row) if isinstance(row, (tuple, list)) else (row,) for row in data]
        width = len(rows[0]) if rows else 0
        names = names or [f'_{number}' for number in range(1, width + 1)]
        if any(len(row) != len(names) for row in rows):
            raise ValueError(f'createDataFrame: every row must have {len(names)} values')
        return DataFrame(names, rows)


def plain(value):
    """A value of numpy as Python's own; NaN is null."""
    value = value.item() if hasattr(value, 'item') else value
    return None if isinstance(value, float) and value != value else value


def names_of(schema):
    """The names of the columns: a list of them, or `a int, b string`."""
    if schema is None:
        return None
    if isinstance(schema, str):
        return [part.strip().split()[0].rstrip(':') for part in schema.split(',')]
    if isinstance(schema, (list, tuple)) and all(isinstance(name, str) for name in schema):
        return list(schema)
    refuse('a schema of types', 'give the names of the columns')


class Row(tuple):
    """A row: by number, by name, and as an attribute."""

    def __new__(cls, names, values):
        row = super().__new__(cls, values)
        row.__fields__ = list(names)
        return row

    def __getitem__(self, key):
        if isinstance(key, str):
            if key not in self.__fields__:
                raise ValueError(key)
            return super().__getitem__(self.__fields__.index(key))
        return super().__getitem__(key)

    def __getattr__(self, name):
        if name.startswith('__') or name not in self.__fields__:
            raise AttributeError(name)
        return self[name]

    def asDict(self):
        return dict(zip(self.__fields__, self))

    def __repr__(self):
        inner = ', '.join(f'{name}={value!r}' for name, value in self.asDict().items())
        return f'Row({inner})'


class DataFrame(Refusing):
    """A table in this process."""

    def __init__(self, names, rows):
        super().__init__('DataFrame', PLAIN_PYTHON)
        self.columns = list(names)
        self._rows = rows

    @property
    def write(self):
        return Writer(self)

    @property
    def dtypes(self):
        return [(name, self._type_of(number)) for number, name in enumerate(self.columns)]

    def _type_of(self, number):
        found = {type(row[number]) for row in self._rows} - {type(None)}
        if found == {int, float}:
            found = {float}
        kinds = {bool: 'boolean', int: 'bigint', float: 'double'}
        return kinds.get(found.pop(), 'string') if len(found) == 1 else 'string'

    def count(self):
        return len(self._rows)

    def collect(self):
        return [Row(self.columns, row) for row in self._rows]

    def take(self, number):
        return self.collect()[:number]

    def head(self, number=None):
        return self.first() if number is None else self.take(number)

    def first(self):
        return next(iter(self.collect()), None)

    def limit(self, number):
        return DataFrame(self.columns, self._rows[:number])

    def select(self, *names):
        given = names[0] if names and isinstance(names[0], list) else names
        names = [str(name) for name in given]
        if names == ['*']:
            return self
        for name in names:
            if name not in self.columns:
                raise ValueError(f'There is no column {name}. Columns: {", ".join(self.columns)}')
        places = [self.columns.index(name) for name in names]
        return DataFrame(names, [tuple(row[place] for place in places) for row in self._rows])

    def printSchema(self):
        lines = [f' |-- {name}: {kind} (nullable = true)' for name, kind in self.dtypes]
        print('\n'.join(['root', *lines]))

    def show(self, n=20, truncate=True):
        print(self._drawn(n, 20 if truncate is True else int(truncate)))

    def toPandas(self):
        try:
            import pandas
        except ImportError:
            refuse('DataFrame.toPandas', 'this machine has no pandas; use collect()')
        return pandas.DataFrame(self._rows, columns=self.columns)

    def _drawn(self, number, width):
        shown = [[self._text(value, width) for value in row] for row in self._rows[:number]]
        head = [self._text(name, width) for name in self.columns]
        widths = [max(len(row[place]) for row in [head, *shown]) for place in range(len(head))]
        rule = '+' + '+'.join('-' * wide for wide in widths) + '+'
        lines = ['|' + '|'.join(text.rjust(wide) for text, wide in zip(row, widths)) + '|'
                 for row in [head, *shown]]
        more = [f'only showing top {number} rows'] if len(self._rows) > number else []
        return '\n'.join([rule, lines[0], rule, *lines[1:], rule, *more])

    @staticmethod
    def _text(value, width):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        text = 'null' if value is None else text
        return text[: width - 3] + '...' if width and len(text) > width else text

    def __repr__(self):
        columns = ', '.join(f'{name}: {kind}' for name, kind in self.dtypes)
        return f'DataFrame[{columns}] ({LABEL})\n{self._drawn(20, 20)}'


FORMATS = ('csv', 'json', 'delta')


class Options(Refusing):
    """What `spark.read` and `df.write` have in common."""

    def __init__(self, name, default):
        super().__init__(name, PLAIN_PYTHON)
        self._format = default
        self._options = {}

    def format(self, name):
        if str(name).lower() not in FORMATS:
            refuse(f'{self._name}.format({name!r})', f'it knows {", ".join(FORMATS)}')
        self._format = str(name).lower()
        return self

    def option(self, key, value):
        self._options[key.lower()] = value
        return self

    def options(self, **options):
        for key, value in options.items():
            self.option(key, value)
        return self

    def _flag(self, name, default=False):
        return str(self._options.get(name, default)).lower() == 'true'

    def _separator(self):
        return self._options.get('sep', self._options.get('delimiter', ','))


class Reader(Options):
    """`spark.read`."""

    def __init__(self):
        super().__init__('spark.read', 'delta')

    def schema(self, schema):
        self._options['names'] = names_of(schema)
        return self

    def csv(self, path, **options):
        return self.format('csv').options(**options).load(path)

    def json(self, path, **options):
        return self.format('json').options(**options).load(path)

    def load(self, path, format=None, **options):
        if format is not None:
            self.format(format)
        self.options(**options)
        local = STATE['local'](path)
        if not os.path.exists(local):
            raise FileNotFoundError(f'[PATH_NOT_FOUND] Path does not exist: {path}')
        if self._format == 'delta' and not os.path.isdir(os.path.join(local, '_delta_log')):
            raise ValueError(f'[DELTA_MISSING_DELTA_TABLE] {path} is not a Delta table.')
        read = self._csv if self._format == 'csv' else self._json
        return read(files_of(local))

    def _csv(self, files):
        names, rows = None, []
        for path in files:
            with open(path, encoding='utf-8', newline='') as file:
                lines = [line for line in csv.reader(file, delimiter=self._separator()) if line]
            if self._flag('header') and lines:
                names, lines = names or lines[0], lines[1:]
            rows += lines
        width = max((len(row) for row in rows), default=0)
        names = self._options.get('names') or names or [f'_c{number}' for number in range(width)]
        padded = [(row + [''] * len(names))[: len(names)] for row in rows]
        values = [[value or None for value in row] for row in padded]
        if self._flag('inferschema'):
            values = inferred(values, len(names))
        return DataFrame(names, [tuple(row) for row in values])

    def _json(self, files):
        objects = []
        for path in files:
            with open(path, encoding='utf-8') as file:
                text = file.read()
            if self._flag('multiline'):
                loaded = json.loads(text)
                objects += loaded if isinstance(loaded, list) else [loaded]
            else:
                objects += [json.loads(line) for line in text.splitlines() if line.strip()]
        names = self._options.get('names') or sorted({key for one in objects for key in one})
        if self._format == 'delta' and objects:
            names = self._options.get('names') or list(objects[0])
        return DataFrame(names, [tuple(one.get(name) for name in names) for one in objects])


def files_of(path):
    """The file, or the parts in the folder: not those whose names begin with `_` or `.`."""
    if os.path.isfile(path):
        return [path]
    return sorted(entry.path for entry in os.scandir(path)
                  if entry.is_file() and not entry.name.startswith(('_', '.')))


def inferred(rows, width):
    """Whole columns as numbers or truth values, where every value is one."""
    columns = [[row[place] for row in rows] for place in range(width)]
    return [list(row) for row in zip(*(converted(column) for column in columns))]


def converted(column):
    truth = {'true': True, 'false': False}
    for convert in (int, float, lambda text: truth[text.lower()]):
        try:
            return [None if value is None else convert(value) for value in column]
        except (ValueError, KeyError):
            continue
    return column


class Writer(Options):
    """`df.write`."""

    def __init__(self, table):
        super().__init__('DataFrame.write', 'delta')
        self._table = table
        self._mode = 'error'

    def mode(self, mode):
        known = {'overwrite', 'append', 'ignore', 'error', 'errorifexists'}
        if str(mode).lower() not in known:
            refuse(f'DataFrame.write.mode({mode!r})', f'it knows {", ".join(sorted(known))}')
        self._mode = str(mode).lower().replace('errorifexists', 'error')
        return self

    def csv(self, path, mode=None, **options):
        return self.format('csv').options(**options).save(path, mode=mode)

    def json(self, path, mode=None, **options):
        return self.format('json').options(**options).save(path, mode=mode)

    def save(self, path, format=None, mode=None):
        if format is not None:
            self.format(format)
        if mode is not None:
            self.mode(mode)
        local = STATE['local'](path)
        if os.path.exists(local):
            if self._mode == 'ignore':
                return
            if self._mode == 'error':
                raise FileExistsError(f'[PATH_ALREADY_EXISTS] Path {path} already exists. '
                                      'Set mode as "overwrite" to overwrite the existing path.')
            if self._mode == 'overwrite':
                (shutil.rmtree if os.path.isdir(local) else os.remove)(local)
        os.makedirs(local, exist_ok=True)
        number = len(files_of(local))
        ending = 'csv' if self._format == 'csv' else 'json'
        part = os.path.join(local, f'part-{number:05}.spark-lite.{ending}')
        with open(part, 'w', encoding='utf-8', newline='') as file:
            (self._csv if ending == 'csv' else self._json)(file)
        if self._format == 'delta':
            self._note_delta(local)
        with open(os.path.join(local, '_SUCCESS'), 'w', encoding='utf-8'):
            pass

    def _csv(self, file):
        writer = csv.writer(file, delimiter=self._separator(), lineterminator='\n')
        if self._flag('header'):
            writer.writerow(self._table.columns)
        writer.writerows(self._table._rows)

    def _json(self, file):
        for row in self._table.collect():
            file.write(json.dumps(row.asDict(), default=str) + '\n')

    @staticmethod
    def _note_delta(local):
        """Marks the folder, for reading it back; no other program can read it as Delta."""
        log = os.path.join(local, '_delta_log')
        os.makedirs(log, exist_ok=True)
        with open(os.path.join(log, 'spark-lite.txt'), 'w', encoding='utf-8') as file:
            file.write(f'{LABEL}: the table is in the JSON lines beside this folder.\n')
