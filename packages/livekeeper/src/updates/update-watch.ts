import type { KeyObject } from "node:crypto";
import { LivekeeperError } from "@livekeeper/base/errors";
import type { Logger } from "@livekeeper/base/log";
import { type Text, verbatim } from "@livekeeper/base/text";
import { builtInProfile, type Clock, type Timer } from "@livekeeper/douyin";
import type { Notes } from "@livekeeper/log/storage";
import { z } from "zod";
import type { SiteFiles } from "../site/index.ts";
import { updateTexts } from "../text/index.ts";
import { version as ownVersion } from "../version.ts";
import { compareVersions, type Manifest, readManifest } from "./manifest.ts";

const hour = 3_600_000;
const day = 24 * hour;
const timeoutMs = 30_000;
const maxBytes = 1_000_000;
const note = "updates";

const stored = z.object({
	checkedAt: z.number(),
	/** The last accepted manifest, as it was received. */
	text: z.string().optional(),
	/** Whether the user has chosen its profile. */
	applied: z.boolean(),
});

export interface UpdateView {
	readonly url: string | undefined;
	/** Time of the last request, ms since the epoch; `undefined` before the first. */
	readonly checkedAt: number | undefined;
	/** Why the last answer is not used. */
	readonly problem: Text | undefined;
	readonly manifest: Manifest | undefined;
	/** Whether its version is newer than this one. */
	readonly isNewer: boolean;
	/** Whether its profile is newer than the built-in one. */
	readonly offersProfile: boolean;
	/** Whether the user has chosen it. */
	readonly isApplied: boolean;
}

export interface UpdateWatchOptions {
	clock: Clock;
	logger: Logger;
	notes: Pick<Notes, "get" | "put">;
	site: Pick<SiteFiles, "useUpdate">;
	/** Address of the manifest; `undefined`: nothing is asked. */
	url: string | undefined;
	key: KeyObject | undefined;
}

/** Asks once a day whether there is a newer version or site profile. It sends nothing but the request. */
export class UpdateWatch {
	readonly #options: UpdateWatchOptions;
	readonly #stopped = new AbortController();
	#checkedAt: number | undefined;
	#text: string | undefined;
	#manifest: Manifest | undefined;
	#problem: Text | undefined;
	#isApplied = false;
	#timer: Timer | undefined;

	private constructor(options: UpdateWatchOptions) {
		this.#options = options;
	}

	/** Takes up what was received before a restart, and begins to ask. */
	static async open(options: UpdateWatchOptions): Promise<UpdateWatch> {
		const watch = new UpdateWatch(options);
		const { url, key, clock, notes, logger } = options;
		if (url !== undefined && !key) watch.#problem = updateTexts.noKey;
		if (url === undefined || !key) return watch;
		try {
			const known = stored.safeParse(await notes.get(note));
			if (known.success) await watch.#restore(known.data, key);
		} catch (err) {
			logger.warn({ event: "updates_unreadable", err });
		}
		watch.#timer = clock.every(hour, () => void watch.check());
		void watch.check();
		return watch;
	}

	get view(): UpdateView {
		const { url } = this.#options;
		const manifest = this.#manifest;
		return {
			...{ url, manifest, checkedAt: this.#checkedAt, problem: this.#problem, isApplied: this.#isApplied },
			isNewer: manifest !== undefined && compareVersions(manifest.version, ownVersion) > 0,
			offersProfile: (manifest?.profile?.version ?? 0) > builtInProfile.version,
		};
	}

	/** Asks, unless it has within a day. Never throws. */
	async check(): Promise<void> {
		const { url, key, clock, logger } = this.#options;
		const now = clock.now();
		if (url === undefined || !key || this.#stopped.signal.aborted) return;
		if (this.#checkedAt !== undefined && now >= this.#checkedAt && now - this.#checkedAt < day) return;
		this.#checkedAt = now;
		try {
			const text = await fetchText(url, this.#stopped.signal);
			const read = await readManifest(text, key);
			if ("problem" in read) this.#problem = read.problem;
			// An old manifest that is sent again must not bring back what was wrong.
			else if (this.#manifest && read.manifest.date < this.#manifest.date) this.#problem = updateTexts.older;
			else this.#take(text, read.manifest);
		} catch (error) {
			if (this.#stopped.signal.aborted) return;
			this.#problem = updateTexts.unreachable(verbatim(error instanceof Error ? error.message : String(error)));
		}
		if (this.#problem) logger.warn({ event: "updates_refused", text: this.#problem });
		await this.#store();
	}

	/**
	 * Uses the profile of the update from now on, or no longer. A file of `--site-profile` comes first.
	 * @throws LivekeeperError `not_found` if there is none
	 */
	async applyProfile(apply: boolean): Promise<void> {
		if (apply && !this.view.offersProfile) throw new LivekeeperError("not_found", updateTexts.noProfile);
		this.#isApplied = apply;
		this.#options.site.useUpdate(apply ? this.#manifest?.profile : undefined);
		await this.#store();
	}

	stop(): void {
		this.#stopped.abort();
		this.#timer?.cancel();
	}

	#take(text: string, manifest: Manifest): void {
		const before = this.#manifest?.profile?.version;
		this.#text = text;
		this.#manifest = manifest;
		this.#problem = undefined;
		// The user has chosen one profile, not those after it.
		if (this.#isApplied && manifest.profile?.version !== before) this.#isApplied = false;
		this.#options.logger.info({ event: "updates_known", version: manifest.version, date: manifest.date });
	}

	async #restore({ checkedAt, text, applied }: z.infer<typeof stored>, key: KeyObject): Promise<void> {
		this.#checkedAt = checkedAt;
		const read = text === undefined ? undefined : await readManifest(text, key);
		if (!read || "problem" in read) return;
		this.#text = text;
		this.#manifest = read.manifest;
		this.#isApplied = applied && this.view.offersProfile;
		if (this.#isApplied) this.#options.site.useUpdate(read.manifest.profile);
	}

	async #store(): Promise<void> {
		const { notes, logger, clock } = this.#options;
		const value: z.infer<typeof stored> = {
			checkedAt: this.#checkedAt ?? clock.now(),
			...(this.#text !== undefined && { text: this.#text }),
			applied: this.#isApplied,
		};
		await notes.put(note, value).catch((err: unknown) => logger.warn({ event: "updates_not_stored", err }));
	}
}

/** Fetches a text of bounded size. Says nothing about who asks. */
async function fetchText(url: string, stop: AbortSignal): Promise<string> {
	const signal = AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
	const answer = await fetch(url, { signal, redirect: "error", headers: { "user-agent": "livekeeper" } });
	if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of answer.body ?? []) {
		size += chunk.length;
		if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}
