import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldsIn } from "@livekeeper/base/log";
import { chineseLine } from "@livekeeper/base/text";
import { ManualClock } from "@livekeeper/douyin/testing";
import { callOf } from "@livekeeper/log/src/storage/key-values-conformance.helpers.ts";
import { KeyValueTable, keyValueSchema, SqliteKeyValues } from "@livekeeper/log/storage";
import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { KvTargetStore } from "./kv-target-store.ts";
import { MemoryLog } from "./memory-log.helpers.ts";
import { anywhere, openOutgoings, policyOf } from "./outgoing.ts";
import type { TextBox } from "./secret.ts";
import { type DispatcherDeps, TargetDispatcher, type TargetOptions } from "./target-dispatcher.ts";
import type { TargetStore } from "./target-store.ts";
import { Targets } from "./targets.ts";
import { logLines } from "./text/index.ts";

/**
 * A box for tests. It is not a cipher: tests only check that the text is not stored in the clear, and that key and
 * context are checked.
 */
export function testBox(key = "k"): TextBox {
	return {
		seal: (text, context) => Buffer.from(JSON.stringify([key, context, Buffer.from(text).toString("hex")])),
		open: (box, context) => {
			const [sealedWith, sealedFor, hex] = JSON.parse(Buffer.from(box).toString()) as [string, string, string];
			return sealedWith === key && sealedFor === context ? Buffer.from(hex, "hex").toString() : undefined;
		},
	};
}

export function temporaryFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "targets-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export function openDatabase(path: string): Database.Database {
	const db = new Database(path);
	db.pragma("journal_mode = WAL");
	const isNew = db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
	if (isNew) db.exec(keyValueSchema);
	return db;
}

/** Returns a store that several nodes may share. @param options.maxDeadLetters kept for each target; default 10,000 */
export function targetStoreIn(db: Database.Database, options: { maxDeadLetters?: number } = {}): TargetStore {
	return new KvTargetStore(new SqliteKeyValues(callOf(new KeyValueTable(db))), options);
}

export interface LogLine {
	level: string;
	message: string;
	fields: object;
}

/** One life of the service's targets, on a clock and a log that outlive it. */
export interface Life {
	db: Database.Database;
	store: TargetStore;
	dispatcher: TargetDispatcher;
	targets: Targets;
	stop(): Promise<void>;
}

export class World {
	readonly clock = new ManualClock();
	readonly log = new MemoryLog();
	readonly lines: LogLine[] = [];
	/** Value that `Math.random` returns. */
	random = 0.5;
	readonly #path = join(temporaryFolder(), "targets.db");

	/** Starts the targets on the database left by the previous life. */
	async start(
		options: Partial<TargetOptions> = {},
		deps: Partial<DispatcherDeps> & { wrap?: (store: TargetStore) => TargetStore; key?: string } = {},
	): Promise<Life> {
		const db = openDatabase(this.#path);
		const plain = targetStoreIn(db);
		const store = deps.wrap?.(plain) ?? plain;
		const { clock, log } = this;
		const secrets = testBox(deps.key);
		const say = (level: string) => (given: object, message?: string) => {
			const fields = fieldsIn(given, "zh") as object;
			this.lines.push({ level, message: message ?? chineseLine(logLines.zh, fields) ?? "", fields });
		};
		const dispatcher = new TargetDispatcher({
			clock,
			log,
			store,
			secrets,
			outgoings: openOutgoings(clock, anywhere),
			logger: { info: say("info"), warn: say("warn"), error: say("error") } as unknown as DispatcherDeps["logger"],
			random: () => this.random,
			options,
			...deps,
		});
		const targets = new Targets({
			clock,
			log,
			store,
			dispatcher,
			secrets,
			allows: (preset) => policyOf(anywhere, preset),
		});
		await dispatcher.start();
		let stopped = false;
		const stop = async () => {
			if (stopped) return;
			stopped = true;
			const done = dispatcher.stop();
			await this.clock.advance(2_000);
			await done;
			db.close();
		};
		onTestFinished(stop);
		return { db, store, dispatcher, targets, stop };
	}

	/** Waits until `done`. Real requests end first; time passes only while none is pending. */
	async until({ dispatcher }: Life, done: () => boolean | Promise<boolean>): Promise<void> {
		const giveUpAt = performance.now() + 150_000;
		while (!(await done())) {
			if (performance.now() > giveUpAt) throw new Error(`It never came to that: ${done}`);
			const { nextDueInMs } = this.clock;
			const { inFlight } = dispatcher.stats();
			if (inFlight === 0 && nextDueInMs !== undefined) await this.clock.advance(nextDueInMs);
			else await breathe();
		}
	}

	/** Waits until nothing is pending, and no batch was waiting to fill. */
	async quiet({ dispatcher }: Life): Promise<void> {
		const busy = () => dispatcher.stats().inFlight > 0;
		do {
			while (busy()) await breathe();
			await this.clock.advance(200);
		} while (busy());
	}
}

/** Lets sockets and promises proceed. */
export function breathe(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
