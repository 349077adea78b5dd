import { createHash } from "node:crypto";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "@livekeeper/base/log";
import { type Clock, type Drift, driftKinds, type Timer } from "@livekeeper/douyin";
import type { Notes } from "@livekeeper/log/storage";
import { z } from "zod";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Time after the last observation at which drift of a kind is over, ms. */
const overMs = day;
/** Time for which drift gathers before it is reported, ms. */
const gatherMs = 10 * minute;
/** Time within which drift of another kind belongs to the same change, ms: the site rolls a change out over hours. */
const rolloutMs = day;
/**
 * Time after a data folder's first observation for which kinds and fields that are seen count as known there, ms: this
 * version need not know everything that the site sends already.
 */
const learnMs = day;
/** Maximum number of names of a kind; more are counted together. */
const maxNames = 64;
const others = "*";
/** Maximum number of sample files, and maximum size of one, bytes. */
const maxSamples = 64;
const maxSampleBytes = 64 * 1024;
const keepMs = minute;

const kind = z.enum(driftKinds);

const stored = z.object({
	/** Time of the first observation of all. */
	startedAt: z.number(),
	episodes: z.array(z.object({ subject: kind, since: z.number(), kinds: z.array(kind) })).max(driftKinds.length),
	entries: z
		.array(
			z.object({
				kind,
				name: z.string(),
				exit: z.string(),
				count: z.int(),
				since: z.number(),
				lastAt: z.number(),
				learned: z.boolean(),
			}),
		)
		.max(driftKinds.length * (maxNames + 1)),
});

/** Drift of one kind under one name. Times are ms since the epoch. */
export type DriftEntry = z.infer<typeof stored>["entries"][number] & {
	/** Name of the file with a sample in the data folder; `undefined` if there is none. */
	sample?: string | undefined;
};
export type DriftKind = DriftEntry["kind"];

/** Kinds of drift that began together and are reported together. */
export interface DriftEpisode {
	/** The kind that began first, which names it. */
	readonly subject: DriftKind;
	readonly since: number;
	readonly entries: readonly DriftEntry[];
}

export interface DriftBookOptions {
	clock: Clock;
	logger: Logger;
	notes: Pick<Notes, "get" | "put">;
	/** Folder for samples; `undefined`: none are kept. They hold what users wrote. */
	folder: string | undefined;
	/** Name of the cluster node. */
	node?: string | undefined;
}

/** Counts what the site sends that this version does not know, and keeps one sample of each. */
export class DriftBook {
	readonly #clock: Clock;
	readonly #logger: Logger;
	readonly #notes: DriftBookOptions["notes"];
	readonly #note: string;
	readonly #folder: string | undefined;
	readonly #entries = new Map<string, DriftEntry>();
	readonly #samples = new Set<string>();
	/** Number of names of each kind. */
	readonly #names = new Map<DriftKind, number>();
	/** Time of the last observation of each kind that is reported. */
	readonly #lastOf = new Map<DriftKind, number>();
	#episodes: { subject: DriftKind; since: number; kinds: Set<DriftKind> }[] = [];
	#startedAt: number | undefined;
	#timer: Timer | undefined;
	#last: Promise<unknown> = Promise.resolve();

	private constructor({ clock, logger, notes, folder, node }: DriftBookOptions) {
		this.#clock = clock;
		this.#logger = logger;
		this.#notes = notes;
		this.#folder = folder;
		this.#note = node === undefined ? "drift" : `drift.${node}`;
	}

	/** Opens the book with what was observed before a restart. Observations that can't be read are left out. */
	static async open(options: DriftBookOptions): Promise<DriftBook> {
		const book = new DriftBook(options);
		try {
			const known = await options.notes.get(book.#note);
			if (known !== undefined) book.#restore(stored.parse(known));
		} catch (err) {
			options.logger.warn({ event: "drift_unreadable", err });
		}
		if (options.folder !== undefined) {
			for (const file of await readdir(options.folder).catch(() => [])) book.#samples.add(file);
		}
		return book;
	}

	/** Notes an observation. Quick, because it is called for each unknown message. @param exit where it came from */
	saw({ kind, name, sample }: Drift, exit: string): void {
		const now = this.#clock.now();
		this.#startedAt ??= now;
		const entry = this.#entries.get(`${kind} ${name}`) ?? this.#enter(kind, name, exit, now);
		if (now - entry.lastAt >= overMs) {
			entry.since = now;
			entry.count = 0;
		}
		entry.count++;
		entry.lastAt = now;
		entry.exit = exit;
		if (sample && entry.sample === undefined) this.#keepSample(entry, sample);
		if (!entry.learned) this.#join(kind, now);
		this.#keepSoon();
	}

	/** Everything that is or was observed, newest first within a kind. */
	get entries(): readonly DriftEntry[] {
		const order = (of: DriftKind) => driftKinds.indexOf(of);
		return [...this.#entries.values()].sort((a, b) => order(a.kind) - order(b.kind) || b.lastAt - a.lastAt);
	}

	/** Whether drift under this name is still observed. */
	isCurrent({ lastAt }: DriftEntry): boolean {
		return this.#clock.now() - lastAt < overMs;
	}

	/**
	 * Reports to make: kinds that began within a day of the first are one, due ten minutes after it. A report stays until
	 * a day has passed without an observation of its kinds.
	 */
	get episodes(): readonly DriftEpisode[] {
		const now = this.#clock.now();
		const due = this.#episodes.filter((one) => now - one.since >= gatherMs && !this.#isOver(one.kinds, now));
		return due.map(({ subject, since, kinds }) => {
			const entries = this.entries.filter((entry) => kinds.has(entry.kind) && !entry.learned && this.isCurrent(entry));
			return { subject, since, entries };
		});
	}

	/** Resolves once everything is stored. */
	async stop(): Promise<void> {
		this.#timer?.cancel();
		if (this.#timer) this.#store();
		this.#timer = undefined;
		await this.#last;
	}

	#enter(kind: DriftKind, name: string, exit: string, now: number): DriftEntry {
		const count = this.#names.get(kind) ?? 0;
		const shown = count >= maxNames ? others : name;
		this.#names.set(kind, count + 1);
		const learns = (kind === "method" || kind === "field") && now - (this.#startedAt ?? now) < learnMs;
		const key = `${kind} ${shown}`;
		const entry = this.#entries.get(key) ?? {
			kind,
			name: shown,
			exit,
			count: 0,
			since: now,
			lastAt: now,
			learned: learns,
		};
		this.#entries.set(key, entry);
		return entry;
	}

	/** Adds an observation of a kind to its episode, to one that began within the last day, or to a new one. */
	#join(kind: DriftKind, now: number): void {
		this.#episodes = this.#episodes.filter(({ kinds }) => !this.#isOver(kinds, now));
		this.#lastOf.set(kind, now);
		if (this.#episodes.some(({ kinds }) => kinds.has(kind))) return;
		const same = this.#episodes.find((one) => now - one.since < rolloutMs);
		if (same) same.kinds.add(kind);
		else this.#episodes.push({ subject: kind, since: now, kinds: new Set([kind]) });
		this.#logger.warn({ event: "site_drift", kind });
	}

	#isOver(kinds: ReadonlySet<DriftKind>, now: number): boolean {
		return [...kinds].every((kind) => now - (this.#lastOf.get(kind) ?? now) >= overMs);
	}

	#keepSample(entry: DriftEntry, sample: Uint8Array): void {
		const hash = createHash("sha256").update(`${entry.kind} ${entry.name}`).digest("hex").slice(0, 8);
		const file = `${entry.kind}-${entry.name.replace(/[^\w#.-]/g, "_").slice(0, 60)}-${hash}.bin`;
		entry.sample = file;
		const folder = this.#folder;
		if (folder === undefined || this.#samples.has(file)) return;
		if (this.#samples.size >= maxSamples) {
			entry.sample = "";
			return;
		}
		this.#samples.add(file);
		const bytes = Buffer.from(sample.subarray(0, maxSampleBytes));
		this.#last = this.#last
			.then(() => mkdir(folder, { recursive: true }))
			.then(() => writeFile(join(folder, file), bytes, { mode: 0o600 }))
			.catch(async (err: unknown) => {
				this.#logger.warn({ event: "drift_not_stored", err });
				await rm(join(folder, file), { force: true }).catch(() => undefined);
			});
	}

	#restore({ startedAt, entries, episodes }: z.infer<typeof stored>): void {
		this.#startedAt = startedAt;
		for (const entry of entries) {
			const { kind, name, lastAt, learned } = entry;
			this.#entries.set(`${kind} ${name}`, { ...entry });
			this.#names.set(kind, (this.#names.get(kind) ?? 0) + 1);
			if (!learned) this.#lastOf.set(kind, Math.max(lastAt, this.#lastOf.get(kind) ?? lastAt));
		}
		this.#episodes = episodes.map((one) => ({ ...one, kinds: new Set(one.kinds) }));
	}

	#keepSoon(): void {
		this.#timer ??= this.#clock.after(keepMs, () => {
			this.#timer = undefined;
			this.#store();
		});
	}

	#store(): void {
		const entries = [...this.#entries.values()].map(({ sample: _, ...entry }) => entry);
		const episodes = this.#episodes.map((one) => ({ ...one, kinds: [...one.kinds] }));
		const note: z.infer<typeof stored> = { startedAt: this.#startedAt ?? this.#clock.now(), episodes, entries };
		this.#last = this.#last
			.then(() => this.#notes.put(this.#note, note))
			.catch((err: unknown) => this.#logger.warn({ event: "drift_not_stored", err }));
	}
}
