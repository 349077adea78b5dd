import { type BigIntStats, closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";

/** How an open database was lost: `file` if it was removed or replaced, `wal` if its write-ahead log was. */
export type FileState = "whole" | "file" | "wal" | "damaged";

const magic = "SQLite format 3\0";
const applicationIdAt = 68;

/**
 * Detects that the files of an open database were removed or replaced. SQLite would continue to write into files
 * without a name, and all of it would be lost with the process.
 *
 * Create it once the database is open, and close it afterwards: closing a file releases all locks that the process has
 * on it (POSIX), including SQLite's. For the same reason nothing else in the process may open the file.
 */
export class FileWatch {
	readonly #path: string;
	/** Ids that the header may have: a new database's own id is only in its WAL at first. */
	readonly #applicationIds: readonly number[];
	readonly #fd: number;
	readonly #file: BigIntStats;
	readonly #wal: BigIntStats | undefined;
	#closed = false;
	readonly #header = Buffer.alloc(applicationIdAt + 4);

	constructor(path: string, applicationId: number) {
		this.#path = path;
		this.#fd = openSync(path, "r");
		this.#file = fstatSync(this.#fd, { bigint: true });
		this.#wal = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
		this.#applicationIds = [applicationId, this.#readHeader().applicationId];
	}

	/** Checks the files with a few system calls. */
	look(): FileState {
		if (!isSame(this.#file, this.#path)) return "file";
		if (this.#wal && !isSame(this.#wal, `${this.#path}-wal`)) return "wal";
		return "whole";
	}

	/** Also checks the file's header, because it may have been overwritten. */
	lookInside(): FileState {
		const state = this.look();
		if (state !== "whole") return state;
		const { isDatabase, applicationId } = this.#readHeader();
		return isDatabase && this.#applicationIds.includes(applicationId) ? "whole" : "damaged";
	}

	/** Returns the size of the write-ahead log, bytes. */
	walBytes(): number {
		return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
	}

	/** Idempotent: the system may have given the descriptor to another file since. */
	close(): void {
		if (this.#closed) return;
		this.#closed = true;
		closeSync(this.#fd);
	}

	#readHeader(): { isDatabase: boolean; applicationId: number } {
		this.#header.fill(0);
		readSync(this.#fd, this.#header, 0, this.#header.length, 0);
		const isDatabase = this.#header.toString("latin1", 0, magic.length) === magic;
		return { isDatabase, applicationId: this.#header.readUInt32BE(applicationIdAt) };
	}
}

function isSame(opened: BigIntStats, path: string): boolean {
	const now = statSync(path, { bigint: true, throwIfNoEntry: false });
	return now !== undefined && isSameFile(opened, now);
}

type FileId = Pick<BigIntStats, "ino" | "dev">;

/**
 * Whether both ids belong to one file. On Windows 11 Node before 22.16 returns a volume's number with 64 bits for a
 * path, and with the lower 32 for an open file (libuv #4698).
 */
export function isSameFile(a: FileId, b: FileId): boolean {
	return a.ino === b.ino && BigInt.asUintN(32, a.dev) === BigInt.asUintN(32, b.dev);
}
