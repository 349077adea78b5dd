import { type ErrorCode, errorTable, LivekeeperError } from "@livekeeper/base/errors";
import { type Text, verbatim } from "@livekeeper/base/text";
import type { StorageFault } from "../event-log.ts";

/** An error in a form that passes between threads intact. */
export interface ErrorParts {
	/** Code of SQLite (`SQLITE_FULL`), of the system (`EACCES`), or one of our own. */
	code: string;
	message: string;
	/** The message in each language, if it is the service's own. */
	text?: Text;
	/** The fault, if the code does not imply it: an error of the service has its cause in the other thread. */
	fault?: StorageFault;
}

/** A failure of SQLite or of the thread that runs it. */
export class StoreError extends Error {
	override readonly name = "StoreError";
	readonly code: string;
	readonly text: Text;

	constructor(parts: ErrorParts) {
		super(parts.message);
		this.code = parts.code;
		this.text = parts.text ?? verbatim(parts.message);
	}
}

/** Represents the cause of an error in another thread; only its fault is known here. */
class FaultOfThread extends Error {
	override readonly name = "FaultOfThread";
	readonly fault: StorageFault;

	constructor(fault: StorageFault) {
		super(`fault of the store: ${fault}`);
		this.fault = fault;
	}
}

export function toParts(error: unknown): ErrorParts {
	if (!(error instanceof Error)) return { code: "unknown", message: String(error) };
	if (error instanceof StoreError) return { code: error.code, message: error.message, text: error.text };
	if (error instanceof LivekeeperError) {
		return { code: error.code, message: error.message, text: error.text, fault: faultOf(error) };
	}
	const code = (error as { code?: unknown }).code;
	if (typeof code === "string") return { code, message: error.message };
	return { code: "unknown", message: error.stack ?? error.message };
}

export function fromParts(parts: ErrorParts): Error {
	if (!(parts.code in errorTable)) return new StoreError(parts);
	const cause = parts.fault && new FaultOfThread(parts.fault);
	return new LivekeeperError(parts.code as ErrorCode, parts.text ?? verbatim(parts.message), { cause });
}

/** Returns the message of an error: the service's own in each language, others verbatim. */
export function textOf(error: unknown): Text {
	return toParts(error).text ?? verbatim(error instanceof Error ? error.message : String(error));
}

export function codeOf(error: unknown): unknown {
	return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Returns the fault of the log that the code of an SQLite error means (extended codes too). */
export function faultOf(error: unknown): StorageFault {
	if (error instanceof FaultOfThread) return error.fault;
	if (error instanceof LivekeeperError) {
		if (error.code === "database_locked") return "locked";
		const { cause } = error;
		const why = cause === undefined || cause === error ? "internal" : faultOf(cause);
		return why === "internal" && error.code === "storage_unwritable" ? "read_only" : why;
	}
	const { code } = toParts(error);
	if (/^SQLITE_FULL|^ENOSPC|^EDQUOT/.test(code)) return "disk_full";
	if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return "corrupt";
	if (/^database_lost|^SQLITE_READONLY_DBMOVED/.test(code)) return "lost";
	if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return "locked";
	if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|^(EROFS|EACCES|EPERM)$/.test(code)) return "read_only";
	if (/^SQLITE_IOERR|^store_thread_lost|^wal_lost|^E[A-Z]+$/.test(code)) return "io";
	return "internal";
}
