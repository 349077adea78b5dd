import type { Stats } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@livekeeper/douyin";
import { type RecordingName, recordingName, splitName } from "./recording-name.ts";
import { type FileTimes, recordingStart, segmentStart } from "./recording-start.ts";

/** A recording: one video, with its conversions. */
export interface Recording {
	/** Facts of its first file's path. */
	name: RecordingName;
	/** Path of its first file, relative to the folder, with `/`. */
	path: string;
	/** Times of its first file. */
	times: FileTimes;
	/** When it was closed, by `clock.elapsed()`; `undefined`: it may still grow. */
	closedAt: number | undefined;
	/** Whether it was already closed when it was first seen. */
	past: boolean;
	/** Reports of a recorder about it. */
	notices: Notices;
	/** Stem under which it was known before it was renamed. */
	renamedFrom?: string | undefined;
}

interface Notices {
	/** ms since the epoch. */
	openedMs?: number;
	closedMs?: number;
	/** The number the recorder gave: a live id or a broadcast's id. */
	room?: string;
	/** The streamer's name. */
	author?: string;
}

/** A recorder's report, as `POST /api/v1/recordings` takes it. */
export interface Notice {
	event: "opened" | "closed";
	path: string;
	room: string | null;
	name: string | null;
	at: number;
}

export interface RecordingFolderOptions {
	folder: string;
	clock: Clock;
	/** Time without growth after which a file counts as closed, ms. */
	closedAfterMs: number;
	/** Zone of the times in names; default: this machine's own. */
	timeZone?: string | undefined;
	/** Length of segments if neither names nor files show it, ms. */
	segmentMs: number;
	/** Reads a file's kind, inode, size and times, without following links; default: from the disk. */
	lstat?: ((path: string) => Promise<Stats>) | undefined;
}

interface Known extends Recording {
	inode: number;
	bytes: number;
	/** When it last grew, by `clock.elapsed()`. */
	grewAt: number;
	/** Whether the recorder's name for unfinished files was seen. */
	wasPartial: boolean;
	/** Whether only a conversion is left. */
	converted: boolean;
}

interface Seen {
	path: string;
	name: RecordingName;
	stats: Stats;
}

/** Recorders nest by platform, streamer, date and title. */
const maxDepth = 8;
/** Age of a closed file after which its size is not looked at any more, ms. */
const settledMs = 3_600_000;
/** Reports kept until their file is found. */
const maxPending = 1_000;

/**
 * Recordings below one folder. Only files that it finds itself are ever looked at: a path that a recorder reports is
 * compared with them from its end, so it may be another machine's, a container's or a Windows path, and can lead
 * nowhere else. Links are not followed.
 */
export class RecordingFolder {
	readonly #options: RecordingFolderOptions;
	readonly #lstat: (path: string) => Promise<Stats>;
	readonly #known = new Map<string, Known>();
	#pending: Notice[] = [];
	#scanned = false;

	constructor(options: RecordingFolderOptions) {
		this.#options = options;
		this.#lstat = options.lstat ?? lstat;
	}

	/**
	 * Looks at all files. A file counts as closed if it has not grown for a while, the next segment or recording of the
	 * same streamer has begun, the recorder has renamed it from its name for unfinished files, or has reported it.
	 * @returns all recordings, and videos whose names have no time
	 * @throws if the folder itself can't be read
	 */
	async scan(): Promise<{ recordings: Recording[]; unnamed: string[] }> {
		const { clock, closedAfterMs } = this.#options;
		const seen = new Map<string, Seen[]>();
		const unnamed: string[] = [];
		await this.#walk("", 0, seen, unnamed);
		const gone = [...this.#known].filter(([stem]) => !seen.has(stem));
		for (const [stem] of gone) this.#known.delete(stem);
		for (const [stem, files] of seen) {
			const known = this.#known.get(stem);
			if (known) this.#update(known, files);
			else if (files.length > 0) this.#known.set(stem, this.#meet(files, gone));
		}
		this.#applyNotices();
		const newest = this.#newestBySeries();
		for (const one of this.#known.values()) {
			if (one.closedAt !== undefined) continue;
			const { name, times, notices, grewAt, wasPartial } = one;
			const unchangedMs = clock.elapsed() - grewAt;
			const isQuiet =
				unchangedMs >= closedAfterMs || (!this.#scanned && clock.now() - times.writtenMs >= closedAfterMs);
			const hasNext = orderOf(name) < (newest.get(seriesOf(name)) ?? 0);
			if (notices.closedMs !== undefined || isQuiet || (!name.partial && (hasNext || wasPartial))) {
				one.closedAt = clock.elapsed();
				one.past = !this.#scanned;
			}
		}
		this.#scanned = true;
		return { recordings: [...this.#known.values()], unnamed };
	}

	/** Takes a recorder's report, also before its file is found. */
	report(notice: Notice): void {
		this.#pending.push(notice);
		if (this.#pending.length > maxPending) this.#pending.shift();
	}

	/** Returns when a recording began and ended, ms since the epoch. */
	spanOf(recording: Recording): { from: number; to: number; zoneErrorMs: number } {
		const { times, notices, name } = recording;
		const { ms, zoneErrorMs } = this.#startOf(recording);
		const { openedMs = ms, closedMs = 0 } = notices;
		const from = openedMs < times.writtenMs ? openedMs : ms;
		const next = name.segment === undefined ? undefined : this.#segmentsOf(name).get(name.segment + 1);
		const nextMs = next && this.#startOf(next).ms;
		const to = [closedMs, nextMs ?? 0].find((end) => end > from) ?? times.writtenMs;
		return { from, to, zoneErrorMs };
	}

	#startOf({ name, times }: Recording): { ms: number; zoneErrorMs: number } {
		const { timeZone, segmentMs } = this.#options;
		if (!name.segment) return recordingStart({ ...times, localMs: name.localMs, timeZone });
		const segments = this.#segmentsOf(name);
		const first = segments.get(0);
		const seriesStart = recordingStart({ ...(first?.times ?? times), localMs: name.localMs, timeZone });
		const births = [...segments].flatMap(([segment, { times }]) =>
			times.birthMs === undefined ? [] : [[segment, times.birthMs] as const],
		);
		const lengths = births.flatMap(([segment, birth]) => {
			const next = births.find(([other]) => other === segment + 1)?.[1];
			return next !== undefined && next > birth ? [next - birth] : [];
		});
		const lengthMs = lengths.sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? segmentMs;
		const facts = { ...times, segment: name.segment, seriesStartMs: seriesStart.ms, lengthMs };
		return { ms: segmentStart(facts), zoneErrorMs: first ? seriesStart.zoneErrorMs : 0 };
	}

	#segmentsOf({ series }: RecordingName): Map<number, Known> {
		const all = [...this.#known.values()].filter(({ name }) => name.series === series);
		return new Map(all.flatMap((one) => (one.name.segment === undefined ? [] : [[one.name.segment, one] as const])));
	}

	async #walk(folder: string, depth: number, seen: Map<string, Seen[]>, unnamed: string[]): Promise<void> {
		const entries = await readdir(join(this.#options.folder, folder), { withFileTypes: true }).catch((error) => {
			// A folder inside can vanish meanwhile.
			if (depth === 0) throw error;
			return [];
		});
		for (const entry of entries) {
			const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory() && depth < maxDepth) await this.#walk(path, depth + 1, seen, unnamed);
			if (!entry.isFile()) continue;
			const name = recordingName(path);
			if (name === "no_time") unnamed.push(path);
			if (typeof name !== "object") continue;
			const files = seen.get(name.stem) ?? [];
			seen.set(name.stem, files);
			if (this.#isSettled(path, name)) continue;
			const stats = await this.#lstat(join(this.#options.folder, path)).catch(() => undefined);
			if (stats?.isFile()) files.push({ path, name, stats });
		}
	}

	/** Whether a file was closed long ago, so that a large archive is not read again every few seconds. */
	#isSettled(path: string, { stem }: RecordingName): boolean {
		const known = this.#known.get(stem);
		const isOld = known !== undefined && this.#options.clock.now() - known.times.writtenMs > settledMs;
		return isOld && known.closedAt !== undefined && known.path === path;
	}

	#meet(files: readonly Seen[], gone: readonly [string, Known][]): Known {
		const first = files.toSorted((a, b) => a.stats.birthtimeMs - b.stats.birthtimeMs)[0] as Seen;
		const { path, name, stats } = first;
		const [renamedFrom, before] = gone.find(([, { inode }]) => inode !== 0 && inode === stats.ino) ?? [];
		const times = { birthMs: stats.birthtimeMs || undefined, writtenMs: stats.mtimeMs };
		const fresh = {
			...{ name, path, times, renamedFrom, inode: stats.ino, bytes: stats.size, grewAt: this.#options.clock.elapsed() },
			...{ closedAt: undefined, past: false, notices: {}, wasPartial: name.partial, converted: false },
		};
		if (!before) return fresh;
		// Recorders rename a file when it is complete.
		const { notices, converted } = before;
		return { ...fresh, notices, converted, times: converted ? before.times : times, wasPartial: true };
	}

	#update(known: Known, files: readonly Seen[]): void {
		const same = files.find(({ stats, path }) => (stats.ino === 0 ? path === known.path : stats.ino === known.inode));
		const [other] = files;
		if (!same) {
			// Only a conversion is left: the times of the original stay.
			if (other) Object.assign(known, { path: other.path, inode: other.stats.ino, converted: true });
			return;
		}
		if (known.converted) return;
		const { path, name, stats } = same;
		// Without a time of creation, some file systems give that of the last change.
		const birthMs = stats.birthtimeMs === known.times.birthMs ? stats.birthtimeMs : undefined;
		if (stats.size > known.bytes) {
			known.grewAt = this.#options.clock.elapsed();
			known.closedAt = undefined;
			delete known.notices.closedMs;
		}
		Object.assign(known, { path, name, bytes: stats.size, times: { birthMs, writtenMs: stats.mtimeMs } });
	}

	#newestBySeries(): Map<string, number> {
		const newest = new Map<string, number>();
		for (const { name } of this.#known.values()) {
			const key = seriesOf(name);
			newest.set(key, Math.max(newest.get(key) ?? 0, orderOf(name)));
		}
		return newest;
	}

	#applyNotices(): void {
		if (this.#pending.length === 0) return;
		const byName = new Map<string, Known[]>();
		for (const one of this.#known.values()) {
			const name = partsOf(one.path).at(-1) ?? "";
			byName.set(name, [...(byName.get(name) ?? []), one]);
		}
		this.#pending = this.#pending.filter((notice) => {
			const { event, path, room, name, at } = notice;
			const reported = partsOf(path);
			const depths = (byName.get(reported.at(-1) ?? "") ?? []).map((one) => ({
				one,
				depth: sharedDepth(reported, partsOf(one.path)),
			}));
			const deepest = Math.max(...depths.map(({ depth }) => depth));
			const [found, other] = depths.filter(({ depth }) => depth === deepest);
			// Two files of the same name, and the path fits both.
			if (!found || other) return true;
			const { notices } = found.one;
			if (event === "opened") notices.openedMs = at;
			else notices.closedMs = at;
			if (room !== null) notices.room = room;
			if (name !== null) notices.author = name;
			return false;
		});
	}
}

/** Recordings of one streamer in one folder follow each other. */
function seriesOf({ stem, candidates }: RecordingName): string {
	return `${stem.slice(0, stem.lastIndexOf("/") + 1)}\n${candidates[0] ?? ""}`;
}

function orderOf({ localMs, segment = 0 }: RecordingName): number {
	return localMs * 1_000 + segment;
}

/** Splits a path of any system; the last part without its extensions. */
function partsOf(path: string): string[] {
	const all = path.normalize("NFC").split(/[\\/]+/);
	const parts = all.filter((part) => part !== "" && part !== ".");
	return [...parts.slice(0, -1), splitName(parts.at(-1) ?? "").base];
}

/** Returns the number of equal parts at the ends of two paths. */
function sharedDepth(a: readonly string[], b: readonly string[]): number {
	let depth = 0;
	while (depth < a.length && depth < b.length && a.at(-1 - depth) === b.at(-1 - depth)) depth++;
	return depth;
}
