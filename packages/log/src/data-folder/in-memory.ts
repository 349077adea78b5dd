/** The `data_dir` of a service that keeps everything in memory, and needs no disk. */
export const inMemory = ":memory:";
