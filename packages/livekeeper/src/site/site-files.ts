import { readFile, stat } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { Logger } from "@livekeeper/base/log";
import { type Text, verbatim } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import {
	builtInProfile,
	type Clock,
	callValues,
	createSigner,
	functionSigner,
	type Signer,
	type SiteCall,
	type SiteProfile,
	siteCalls,
	type Timer,
} from "@livekeeper/douyin";
import { siteTexts } from "@livekeeper/targets/text";
import { z } from "zod";

/** One thing that is wrong with a profile's file. */
interface ProfileProblem {
	/** Line of the file, from 1; `undefined` if it is unknown. */
	readonly line: number | undefined;
	/** Path of the field, such as `calls.push.query[3]`; "" for the file as a whole. */
	readonly path: string;
	readonly message: Text;
}

const name = z.string().regex(/^[\w.-]{1,64}$/);
const value = z.string().max(400);
const pair = z.tuple([name, value]).readonly();
const list = <Item extends z.ZodType>(item: Item, max: number) => z.array(item).max(max).readonly();
const alphabet = z
	.string()
	.regex(/^[\x21-\x7e]{64}$/)
	.refine((digits) => new Set(digits).size === 64, {
		params: { text: siteTexts.alphabet },
	});
const byte = z.int().min(0).max(255);
const ms = (min: number, max: number) => z.number().min(min).max(max);
const hour = 3_600_000;

const call = z.strictObject({
	path: z.string().regex(/^\/[\w./-]{0,200}$/),
	query: list(z.union([z.literal("browser"), pair]), 200),
});

/** Checks that `{name}` in a value is a code, or a value of the call. */
function checkPlaceholders(profile: SiteProfile, context: z.core.$RefinementCtx): void {
	const check = (text: string, known: readonly string[], path: (string | number)[]) => {
		for (const [, wanted = ""] of text.matchAll(/\{(\w+)\}/g)) {
			if (known.includes(wanted) || Object.hasOwn(profile.codes, wanted)) continue;
			const params = { text: siteTexts.placeholder(wanted, [...known, ...Object.keys(profile.codes)]) };
			context.addIssue({ code: "custom", params, path });
		}
	};
	for (const one of siteCalls) {
		const fields = profile.calls[one].query;
		for (const [index, field] of fields.entries()) {
			if (field !== "browser") check(field[1], callValues[one], ["calls", one, "query", index]);
		}
	}
	for (const [index, [, text]] of profile.browser.entries()) check(text, ["browser_version"], ["browser", index]);
	for (const [index, [, text]] of profile.signature.text.entries()) {
		check(text, ["room_id", "user_unique_id"], ["signature", "text", index]);
	}
}

/** The site profile as a file holds it. */
const profileSchema = z
	.strictObject({
		$schema: z.string().optional(),
		version: z.int().min(1),
		date: z.iso.date(),
		hosts: z.strictObject({
			push: list(z.string().regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?$/), 32),
		}),
		codes: z.record(name, value).readonly(),
		browser: list(pair, 100),
		calls: z.strictObject(Object.fromEntries(siteCalls.map((one) => [one, call])) as Record<SiteCall, typeof call>),
		page: z.strictObject({
			...{ store: name, info: name, room: name, room_id: name, anchor: name, mode: name, voice_mode: z.int() },
			...{ visitor: name, login_user: name, login_mark: name, login_word: name, guest_word: name },
		}),
		refusals: z.strictObject({
			...{ slider_title: value.min(1), slider_call: value.min(1), slider_headers: list(name, 20) },
			...{ login_codes: list(z.int(), 50), over_code: z.int(), over_text: value.min(1) },
			...{ hidden_text: value.min(1), closed_name: value.min(1) },
		}),
		ways: z
			.array(z.enum(["batch", "followed", "scene", "reflow", "enter", "page"]))
			.readonly()
			.refine((ways) => new Set(ways).size === ways.length, { params: { text: siteTexts.waysTwice } })
			.refine((ways) => ways.includes("page") || ways.includes("enter"), { params: { text: siteTexts.waysNeeded } }),
		budgets: z.strictObject({
			...{ depth: z.int().min(1).max(1000), pages_per_minute: z.number().min(0.01).max(1000) },
			...{
				calls_per_minute: z.number().min(0.01).max(1000),
				gap_ms: ms(0, hour),
				gap_spread: z.number().min(0).max(1),
			},
			cooldowns_ms: z
				.array(ms(1000, 48 * hour))
				.min(1)
				.max(10)
				.readonly(),
			...{ batch_gap_ms: ms(1000, hour), batch_first_ids: z.int().min(2).max(1000) },
			batch_max_ids: z.int().min(2).max(1000),
		}),
		signature: z.strictObject({
			text: list(pair, 50),
			alphabet,
			marks: z.tuple([byte, byte, byte]).readonly(),
			flags: byte,
		}),
		a_bogus: z.strictObject({
			...{ alphabet, agent_alphabet: alphabet, salt: value, key: value.min(1), browser: value },
			agent_key: z.array(byte).min(1).max(64).readonly(),
			fixed: list(z.tuple([z.int().min(0).max(43), byte]).readonly(), 44),
		}),
		known_methods: list(z.string().min(1).max(200), 5000),
		known_fields: z.record(z.string().min(1).max(200), list(z.int().min(1), 1000)).readonly(),
	})
	.superRefine(checkPlaceholders) satisfies z.ZodType<SiteProfile>;

/** Reads a profile from a file's text. */
export async function readProfile(
	text: string,
): Promise<{ profile: SiteProfile } | { problems: readonly ProfileProblem[] }> {
	const json = text.replace(/^\uFEFF/, "");
	let content: unknown;
	try {
		content = JSON.parse(json);
	} catch (error) {
		return { problems: [{ line: lineOfSyntax(json, error), path: "", message: siteTexts.notJson }] };
	}
	const parsed = profileSchema.safeParse(content);
	if (parsed.success) return { profile: parsed.data };
	const lineOf = await linesOf(json);
	const problems = parsed.error.issues.flatMap((issue): ProfileProblem[] => {
		const keys = issue.code === "unrecognized_keys" ? issue.keys : [undefined];
		return keys.map((key) => {
			const path = (key === undefined ? issue.path : [...issue.path, key]) as (string | number)[];
			const { code = "custom", message, ...details } = issue;
			const message2 = key === undefined ? issueText({ code, message, details }) : siteTexts.unknownKey;
			return { line: lineOf(path), path: pathText(path), message: message2 };
		});
	});
	return { problems: problems.slice(0, 20) };
}

/** Returns the line of the parser's position. */
function lineOfSyntax(text: string, error: unknown): number {
	const position = /position (\d+)/.exec(String(error))?.[1];
	// Without a position the text ends too early.
	return text.slice(0, position === undefined ? text.length : Number(position)).split("\n").length;
}

/** Returns a function that finds the line of a path's value, or of the innermost part of the path that is there. */
async function linesOf(text: string): Promise<(path: readonly (string | number)[]) => number | undefined> {
	const { isNode, LineCounter, parseDocument } = await import("yaml");
	const counter = new LineCounter();
	// JSON is YAML, and this parser keeps positions.
	const document = parseDocument(text, { lineCounter: counter });
	return (path) => {
		for (let length = path.length; length >= 0; length--) {
			const node: unknown = document.getIn(path.slice(0, length), true);
			if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
		}
		return undefined;
	};
}

function pathText(path: readonly (string | number)[]): string {
	return path.reduce<string>(
		(text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`),
		"",
	);
}

/** Describes problems in a sentence or two, with their lines. */
export function problemsText(problems: readonly ProfileProblem[]): Text {
	const shown = problems.slice(0, 3).map(({ line, path, message }) => siteTexts.problem(line, path, message));
	return siteTexts.problems(shown, problems.length - shown.length);
}

/** Interval at which the files are looked at, ms: a change is in force within twice that time. */
const lookEveryMs = 2_000;

interface SiteFilesOptions {
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
