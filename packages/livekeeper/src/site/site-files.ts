import { readFile, stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Logger } from "@livekeeper/base/log";
import { siteTexts, type Text, verbatim } from "@livekeeper/base/text";
import {
	builtInProfile,
	type Clock,
	createSigner,
	functionSigner,
	type Signer,
	type SiteProfile,
	type Timer,
} from "@livekeeper/douyin";
import { problemsText, readProfile } from "./profile-file.ts";

/** Interval at which the files are looked at, ms: a change is in force within twice that time. */
const lookEveryMs = 2_000;

export interface SiteFilesOptions {
	clock: Clock;
	logger: Logger;
	/** File of the site profile. Default: the built-in profile. */
	profileFile?: string | undefined;
	/** Module with `signature` and `aBogus`, or one of them. Default: the built-in signer. */
	signerFile?: string | undefined;
}

/** One of the two files. */
export interface SiteFileState {
	/** `built_in`: no file is configured, or none could be used yet. */
	readonly source: "built_in" | "file" | "update";
	/** The configured file. */
	readonly file: string | undefined;
	/** Time since which it is in force, ms since the epoch. */
	readonly since: number;
	/** Why the file as it is now is not used; what was in force before stays. */
	readonly problem: Text | undefined;
}

/** Functions of a signer's module. */
interface SignerModule {
	signature?: Parameters<typeof functionSigner>[0];
	aBogus?: NonNullable<Signer["aBogus"]>;
}

interface Watched {
	readonly file: string;
	/** Identifies the content that was read last. */
	seen: string;
	source: SiteFileState["source"];
	since: number;
	problem: Text | undefined;
}

/**
 * The site profile and the signer in force. Reads their files again when they change; a file that can't be used leaves
 * what was in force.
 */
export class SiteFiles {
	readonly #clock: Clock;
	readonly #logger: Logger;
	readonly #profileFile: Watched | undefined;
	readonly #signerFile: Watched | undefined;
	readonly #startedAt: number;
	readonly #listeners = new Set<() => void>();
	#profile: SiteProfile = builtInProfile;
	/** A profile of the update service that the user has applied. */
	#update: { profile: SiteProfile; since: number } | undefined;
	#module: SignerModule | undefined;
	#timer: Timer | undefined;
	#isLooking = false;

	private constructor({ clock, logger, profileFile, signerFile }: SiteFilesOptions) {
		this.#clock = clock;
		this.#logger = logger;
		this.#startedAt = clock.now();
		const watched = (file: string | undefined): Watched | undefined =>
			file === undefined
				? undefined
				: { file, seen: "", source: "built_in", since: this.#startedAt, problem: undefined };
		this.#profileFile = watched(profileFile);
		this.#signerFile = watched(signerFile);
	}

	/**
	 * Reads the files for the first time, and watches them. A file that can't be used does not keep the service from
	 * starting: its rooms would be lost after a restart.
	 */
	static async open(options: SiteFilesOptions): Promise<SiteFiles> {
		const files = new SiteFiles(options);
		await files.#look();
		if (files.#profileFile || files.#signerFile) {
			files.#timer = options.clock.every(lookEveryMs, () => void files.#look());
		}
		return files;
	}

	/** The profile in force. */
	get profile(): SiteProfile {
		return this.#profile;
	}

	get profileState(): SiteFileState {
		const { file, source, since, problem } = this.#profileFile ?? this.#none;
		if (source !== "built_in" || !this.#update) return { file, source, since, problem };
		return { file, source: "update", since: this.#update.since, problem };
	}

	get signerState(): SiteFileState {
		const { file, source, since, problem } = this.#signerFile ?? this.#none;
		return { file, source, since, problem };
	}

	get #none(): SiteFileState {
		return { file: undefined, source: "built_in", since: this.#startedAt, problem: undefined };
	}

	/** Returns a signer that uses the module in force at each call, and the built-in functions in place of absent ones. */
	newSigner(): Signer {
		const profile = () => this.#profile;
		const own = createSigner({ now: () => this.#clock.now(), profile });
		const module = () => this.#module;
		return {
			sign: (ids) => {
				const sign = module()?.signature;
				return sign ? functionSigner(sign, profile).sign(ids) : own.sign(ids);
			},
			get aBogus() {
				return module()?.aBogus;
			},
		} as Signer;
	}

	/** Uses a profile that an update brought, unless a file is in force. `undefined` ends that. */
	useUpdate(profile: SiteProfile | undefined): void {
		this.#update = profile && { profile, since: this.#clock.now() };
		this.#changed(this.#profileFile?.source === "file" ? this.#profile : (profile ?? builtInProfile));
	}

	/** Calls `listener` when another profile or signer is in force. @returns a function that removes the listener */
	onChange(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => void this.#listeners.delete(listener);
	}

	stop(): void {
		this.#timer?.cancel();
	}

	async #look(): Promise<void> {
		if (this.#isLooking) return;
		this.#isLooking = true;
		try {
			await this.#lookAt(this.#profileFile, (text) => this.#takeProfile(text));
			await this.#lookAt(this.#signerFile, (_, seen) => this.#takeSigner(seen));
		} finally {
			this.#isLooking = false;
		}
	}

	/** Reads a file if it has changed. @param take uses its content; returns why it can't be used */
	async #lookAt(
		watched: Watched | undefined,
		take: (text: string, seen: string) => Promise<Text | undefined>,
	): Promise<void> {
		if (!watched) return;
		let problem: Text | undefined;
		try {
			const { mtimeMs, size, ino } = await stat(watched.file);
			const seen = `${mtimeMs} ${size} ${ino}`;
			if (seen === watched.seen) return;
			const text = await readFile(watched.file, "utf8");
			problem = await take(text, seen);
			watched.seen = seen;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? String(error);
			if (watched.seen === code) return;
			watched.seen = code;
			problem = siteTexts.unreadable(code);
		}
		watched.problem = problem;
		if (problem) this.#logger.error({ event: "site_file_refused", file: watched.file, text: problem });
		else {
			watched.source = "file";
			watched.since = this.#clock.now();
			const { version, date } = this.#profile;
			this.#logger.info({ event: "site_file_in_force", file: watched.file, version, date });
		}
	}

	async #takeProfile(text: string): Promise<Text | undefined> {
		const read = await readProfile(text);
		if ("problems" in read) return problemsText(read.problems);
		this.#changed(read.profile);
		return undefined;
	}

	async #takeSigner(seen: string): Promise<Text | undefined> {
		const url = pathToFileURL((this.#signerFile as Watched).file);
		// Node keeps a module for its address.
		url.searchParams.set("seen", seen);
		let module: SignerModule;
		try {
			module = (await import(url.href)) as SignerModule;
		} catch (error) {
			return siteTexts.signerFails(verbatim(error instanceof Error ? error.message : String(error)));
		}
		const { signature, aBogus } = module;
		const isWrong = [signature, aBogus].some((one) => one !== undefined && typeof one !== "function");
		if (isWrong || (!signature && !aBogus)) return siteTexts.signerEmpty;
		this.#module = { ...(signature && { signature }), ...(aBogus && { aBogus }) };
		for (const listener of this.#listeners) listener();
		return undefined;
	}

	#changed(profile: SiteProfile): void {
		this.#profile = profile;
		for (const listener of this.#listeners) listener();
	}
}
