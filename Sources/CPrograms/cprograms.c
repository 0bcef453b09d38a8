/* For pipe2 and posix_spawn_file_actions_addclosefrom_np. */
#define _GNU_SOURCE 1
#include "CPrograms.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

static int prepare_stream(posix_spawn_file_actions_t *actions, int stream, int descriptor) {
    return descriptor >= 0 ? posix_spawn_file_actions_adddup2(actions, descriptor, stream)
                           : posix_spawn_file_actions_addopen(actions, stream, "/dev/null", O_RDWR, 0);
}

static int prepare_attributes(posix_spawnattr_t *attributes) {
    sigset_t signals;
    sigfillset(&signals);
    int outcome = posix_spawnattr_setsigdefault(attributes, &signals);
    sigemptyset(&signals);
    if (outcome == 0)
        outcome = posix_spawnattr_setsigmask(attributes, &signals);
    if (outcome == 0)
        outcome = posix_spawnattr_setpgroup(attributes, 0);
    if (outcome == 0)
        outcome = posix_spawnattr_setflags(attributes,
                                           POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    return outcome;
}

int ura_program_start(const char *program, char *const arguments[], char *const environment[], int input, int output,
                      int errors, pid_t *identifier) {
    const int streams[3] = {input, output, errors};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int outcome = posix_spawn_file_actions_init(&actions);
    if (outcome != 0)
        return outcome;
    outcome = posix_spawnattr_init(&attributes);
    if (outcome != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return outcome;
    }
    for (int stream = 0; stream < 3 && outcome == 0; stream++)
        outcome = prepare_stream(&actions, stream, streams[stream]);
    if (outcome == 0)
        outcome = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (outcome == 0)
        outcome = prepare_attributes(&attributes);
    if (outcome == 0)
        outcome = posix_spawn(identifier, program, &actions, &attributes, arguments, environment);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return outcome;
}

int ura_program_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }
