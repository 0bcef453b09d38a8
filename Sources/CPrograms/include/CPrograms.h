#ifndef URA_CPROGRAMS_H
#define URA_CPROGRAMS_H
#include <sys/types.h>

/* Starts a program in a process group of its own, with default signals and no open files but these three. `input` and `output` of -1 are
   empty and discarded. 0, or the error number. */
int ura_program_start(const char *program, char *const arguments[], char *const environment[], int input, int output,
                      int errors, pid_t *identifier);

/* A pipe of which no other program inherits an end: ends[0] is read, ends[1] written. 0, or the error number. */
int ura_program_pipe(int ends[2]);
#endif
