import { siteTexts, type Text } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import { callValues, type SiteCall, type SiteProfile, siteCalls } from "@livekeeper/douyin";
import { z } from "zod";

/** One thing that is wrong with a profile's file. */
export interface ProfileProblem {
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
