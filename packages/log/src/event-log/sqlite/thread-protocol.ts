import type { Finding } from "./findings.ts";
import type { OpenOptions } from "./open-database.ts";
import type { SqliteReader } from "./reader.ts";
import type { ErrorParts } from "./store-error.ts";
import type { SqliteWriter } from "./writer.ts";

/** The first message to a thread: which store to open. */
export type ThreadRole = { role: "writer"; options: OpenOptions } | { role: "reader"; dataDir: string };

type Method = (...args: never[]) => unknown;
/** Methods of a class that another thread may call. */
type MethodsOf<T> = { [K in keyof T as T[K] extends Method ? K : never]: T[K] extends Method ? T[K] : never };

export type WriterCalls = MethodsOf<SqliteWriter>;
export type ReaderCalls = MethodsOf<SqliteReader>;

export interface Call {
	id: number;
	method: string;
	args: readonly unknown[];
}

export type Reply = { id: number; value: unknown } | { id: number; error: ErrorParts };

/** The first message from a thread. */
export type Ready = { ready: true; findings: readonly Finding[] } | { ready: false; error: ErrorParts };
