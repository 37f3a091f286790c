/*
 * Adds SLOW_SYNC_US microseconds to each fsync and fdatasync of a process, by LD_PRELOAD: a disk that
 * takes longer than the one of this machine, such as a cloud's volume.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_a_little(void) {
  const char *said = getenv("SLOW_SYNC_US");
  long us = said ? atol(said) : 0;
  struct timespec time = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&time, 0);
}

int fsync(int fd) {
  wait_a_little();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  wait_a_little();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
