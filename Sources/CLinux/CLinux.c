#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

__thread void *wippy_current_worker_slot;
__thread void *wippy_borrowed_worker_slot;

void wippy_name_thread(const char *name) {
  char short_name[16];
  strncpy(short_name, name, sizeof short_name - 1);
  short_name[sizeof short_name - 1] = 0;
  pthread_setname_np(pthread_self(), short_name);
}

int wippy_accept(int listener) { return accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

struct wippy_semaphore {
  sem_t value;
};

wippy_semaphore *wippy_semaphore_create(void) {
  wippy_semaphore *semaphore = malloc(sizeof *semaphore);
  if (semaphore) sem_init(&semaphore->value, 0, 0);
  return semaphore;
}

void wippy_semaphore_destroy(wippy_semaphore *semaphore) {
  sem_destroy(&semaphore->value);
  free(semaphore);
}

void wippy_semaphore_signal(wippy_semaphore *semaphore) { sem_post(&semaphore->value); }

void wippy_semaphore_wait(wippy_semaphore *semaphore) {
  while (sem_wait(&semaphore->value) != 0 && errno == EINTR) {
  }
}

bool wippy_semaphore_wait_for(wippy_semaphore *semaphore, uint64_t nanoseconds) {
  struct timespec until;
  clock_gettime(CLOCK_MONOTONIC, &until);
  uint64_t fraction = (uint64_t)until.tv_nsec + nanoseconds % 1000000000;
  until.tv_sec += (time_t)(nanoseconds / 1000000000 + fraction / 1000000000);
  until.tv_nsec = (long)(fraction % 1000000000);
  int result;
  while ((result = sem_clockwait(&semaphore->value, CLOCK_MONOTONIC, &until)) != 0 && errno == EINTR) {
  }
  return result == 0;
}
