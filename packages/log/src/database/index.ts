export { addParts, type BackupPart, type Unpacked, unpackBackup } from "./backup-file.ts";
export {
	busyTimeoutMs,
	corrupt,
	createSchema,
	type DatabaseKind,
	type Db,
	isCorrupt,
	makePrivate,
	mustBeWritable,
	openDatabaseFile,
	putBack,
	setAside,
} from "./database-file.ts";
export { repairFile } from "./file-repair.ts";
export { type FileState, FileWatch } from "./file-watch.ts";
export { LastGood } from "./last-good.ts";
