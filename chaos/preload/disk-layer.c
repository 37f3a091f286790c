/*
 * Stands between a process and the files below one folder, by LD_PRELOAD.
 *
 * CHAOS_RECORDING: every write, sync, truncation and change of a name is appended to this file, in
 * the order in which they happened, and between them every line that the process notes in its
 * ledger. An operation and its record are made under one lock, so that two threads cannot swap them.
 * CHAOS_CONTROL: a file of eight 64-bit numbers, shared with the harness, that says which operation
 * is to fail, with which error; see `disk-control.ts`.
 *
 * What it does not know (a memory map, a copy made inside the kernel) is not recorded: whoever reads
 * the recording compares its end with the real files.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { ELSEWHERE, A_FILE, A_FOLDER, THE_LEDGER };
enum { MOST_FILES = 65536, WRITES = 1, SYNCS = 2 };

struct tracked { enum kind kind; uint64_t inode; };
struct head { char operation; char pad[3]; uint32_t name_length; uint64_t inode, offset, length; };
struct control { int64_t is_armed, counted, fail_at, lasts, error, hits, kinds, spare; };

static struct tracked files[MOST_FILES];
static char folder[4096], ledger[4096];
static size_t folder_length;
static int recording = -1;
static struct control *control;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...), (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int), (*real_fsync)(int), (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off64_t), (*real_unlink)(const char *);
static int (*real_rename)(const char *, const char *);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);

static void map_control(const char *file) {
  int fd = real_open(file, O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  control = mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (control == MAP_FAILED) abort();
  real_close(fd);
}

__attribute__((constructor)) static void begin(void) {
  if (real_open) return;
  real_openat = dlsym(RTLD_NEXT, "openat64");
  real_close = dlsym(RTLD_NEXT, "close");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_write = dlsym(RTLD_NEXT, "write");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_open = dlsym(RTLD_NEXT, "open64");
  const char *in = getenv("CHAOS_FOLDER"), *to = getenv("CHAOS_RECORDING");
  const char *acknowledged = getenv("CHAOS_LEDGER"), *how = getenv("CHAOS_CONTROL");
  if (!in) return;
  snprintf(folder, sizeof folder, "%s", in);
  folder_length = strlen(folder);
  if (acknowledged) snprintf(ledger, sizeof ledger, "%s", acknowledged);
  if (to) recording = real_open(to, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (to && recording < 0) abort();
  if (how) map_control(how);
}

static void put(const void *data, size_t length) {
  for (const char *at = data; length > 0;) {
    ssize_t put = real_write(recording, at, length);
    if (put <= 0) abort();
    at += put;
    length -= put;
  }
}

static void note(char operation, const char *name, uint64_t inode, uint64_t offset,
                 const void *data, uint64_t length) {
  if (recording < 0) return;
  size_t name_length = name ? strlen(name) : 0;
  struct head head = {operation, {0}, name_length, inode, offset, length};
  put(&head, sizeof head);
  if (name_length) put(name, name_length);
  if (data) put(data, length);
}

static struct tracked *tracked(int fd) {
  static struct tracked none;
  return fd >= 0 && fd < MOST_FILES ? &files[fd] : &none;
}

/* The part of a path below the folder; null when it lies elsewhere. */
static const char *below(const char *path) {
  if (!folder_length || strncmp(path, folder, folder_length)) return 0;
  return path[folder_length] == '/' ? path + folder_length + 1 : 0;
}

/* Is this the operation that is to fail? Then errno is set. */
static int fails(int kind) {
  if (!control || !control->is_armed || !(control->kinds & kind)) return 0;
  int64_t number = ++control->counted;
  if (number != control->fail_at && !(control->lasts && number > control->fail_at)) return 0;
  control->hits++;
  errno = (int)control->error;
  return 1;
}

static int opened(int fd, int is_new) {
  struct tracked *file = tracked(fd);
  char link[64], path[4096];
  struct stat about;
  *file = (struct tracked){ELSEWHERE, 0};
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0 || fstat(fd, &about)) return fd;
  path[length] = 0;
  const char *name = below(path);
  if ((name || !strcmp(path, folder)) && S_ISDIR(about.st_mode))
    *file = (struct tracked){A_FOLDER, about.st_ino};
  else if (name) *file = (struct tracked){A_FILE, about.st_ino};
  else if (!strcmp(path, ledger)) *file = (struct tracked){THE_LEDGER, about.st_ino};
  if (name && is_new) note('C', name, about.st_ino, 0, 0, 0);
  return fd;
}

static int open_at(int at, const char *path, int flags, mode_t mode) {
  begin();
  if (!folder_length) return real_openat(at, path, flags, mode);
  pthread_mutex_lock(&lock);
  int is_new = (flags & O_CREAT) && below(path) && faccessat(at, path, F_OK, 0);
  int fd = is_new && fails(WRITES) ? -1 : real_openat(at, path, flags, mode);
  if (fd >= 0) {
    opened(fd, is_new);
    if ((flags & O_TRUNC) && tracked(fd)->kind == A_FILE)
      note('T', 0, tracked(fd)->inode, 0, 0, 0);
  }
  int error = errno;
  pthread_mutex_unlock(&lock);
  errno = error;
  return fd;
}

#define MODE                          \
  mode_t mode = 0;                    \
  if (flags & (O_CREAT | O_TMPFILE)) { \
    va_list more;                     \
    va_start(more, flags);            \
    mode = va_arg(more, mode_t);      \
    va_end(more);                     \
  }
int open(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_at(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE return open_at(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE return open_at(at, path, flags, mode); }

int close(int fd) {
  begin();
  *tracked(fd) = (struct tracked){ELSEWHERE, 0};
  return real_close(fd);
}

/* A write that fails for want of space changes nothing; one that fails by a fault may be half done. */
static ssize_t failed_write(int fd, const void *data, size_t length, off64_t offset) {
  int error = errno;
  size_t half = error == EIO ? length / 2 / 512 * 512 : 0;
  if (half && real_pwrite(fd, data, half, offset) == (ssize_t)half)
    note('W', 0, tracked(fd)->inode, offset, data, half);
  errno = error;
  return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
  begin();
  struct tracked *file = tracked(fd);
  if (file->kind != A_FILE) return real_pwrite(fd, data, length, offset);
  pthread_mutex_lock(&lock);
  ssize_t done = fails(WRITES) ? failed_write(fd, data, length, offset)
                               : real_pwrite(fd, data, length, offset);
  int error = errno;
  if (done > 0) note('W', 0, file->inode, offset, data, done);
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}
ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  return pwrite64(fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
  begin();
  struct tracked *file = tracked(fd);
  if (file->kind != A_FILE && file->kind != THE_LEDGER) return real_write(fd, data, length);
  if (file->kind == A_FILE) {
    int is_appending = fcntl(fd, F_GETFL) & O_APPEND;
    off64_t at = lseek64(fd, 0, is_appending ? SEEK_END : SEEK_CUR);
    ssize_t done = pwrite64(fd, data, length, at);
    if (done > 0) lseek64(fd, at + done, SEEK_SET);
    return done;
  }
  pthread_mutex_lock(&lock);
  ssize_t done = real_write(fd, data, length);
  int error = errno;
  if (done > 0) note('L', 0, 0, 0, data, done);
  pthread_mutex_unlock(&lock);
  errno = error;
  return done;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  begin();
  if (tracked(fd)->kind != A_FILE && tracked(fd)->kind != THE_LEDGER)
    return real_writev(fd, parts, count);
  ssize_t sum = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write(fd, parts[i].iov_base, parts[i].iov_len);
    if (done < 0) return sum ? sum : done;
    sum += done;
  }
  return sum;
}

int ftruncate64(int fd, off64_t size) {
  begin();
  struct tracked *file = tracked(fd);
  if (file->kind != A_FILE) return real_ftruncate(fd, size);
  pthread_mutex_lock(&lock);
  int result = fails(WRITES) ? -1 : real_ftruncate(fd, size);
  int error = errno;
  if (!result) note('T', 0, file->inode, size, 0, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

/* A sync that fails has dropped what it was to write: the next one that succeeds does not bring it. */
static int synced(int fd, int (*real)(int)) {
  struct tracked *file = tracked(fd);
  if (file->kind != A_FILE && file->kind != A_FOLDER) return real(fd);
  pthread_mutex_lock(&lock);
  int result = fails(SYNCS) ? -1 : real(fd);
  int error = errno;
  char operation = file->kind == A_FOLDER ? 'D' : 'S';
  if (!result) note(operation, 0, file->inode, 0, 0, 0);
  else if (operation == 'S') note('F', 0, file->inode, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
int fsync(int fd) {
  begin();
  return synced(fd, real_fsync);
}
int fdatasync(int fd) {
  begin();
  return synced(fd, real_fdatasync);
}

int unlink(const char *path) {
  begin();
  const char *name = below(path);
  if (!name) return real_unlink(path);
  pthread_mutex_lock(&lock);
  int result = real_unlink(path);
  int error = errno;
  if (!result) note('U', name, 0, 0, 0, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

int rename(const char *from, const char *to) {
  begin();
  const char *name = below(from), *new_name = below(to);
  if (!name || !new_name) return real_rename(from, to);
  pthread_mutex_lock(&lock);
  int result = real_rename(from, to);
  int error = errno;
  if (!result) note('R', name, 0, 0, new_name, strlen(new_name));
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}
