export { type DatabaseKind, type Db, migrate, openDatabaseFile, setAside } from "./database-file.ts";
export { type FileState, FileWatch } from "./file-watch.ts";
