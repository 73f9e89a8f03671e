/** What `sonda <name>` does with the arguments behind its name. It ends with the exit code of the process. */
export type Command = (args: string[]) => Promise<number>

/** The exit code of a command that was asked for in a way that it does not know. */
export const wrongUsageExitCode = 2
