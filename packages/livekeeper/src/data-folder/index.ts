export {
	type DatabaseKind,
	type Db,
	isCorrupt,
	migrate,
	openDatabaseFile,
	putBack,
	setAside,
} from "./database-file.ts";
export { type FileState, FileWatch } from "./file-watch.ts";
