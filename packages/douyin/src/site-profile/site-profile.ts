import type { LookupWay } from "../upstream.ts";

/**
 * One field of a query: its name and its value, in which `{name}` stands for one of `codes`, or for a value of the call
 * (`callValues`). The text `browser` stands for all fields of `browser`.
 */
export type QueryField = readonly [name: string, value: string] | "browser";

/** Values that each call fills into its query. */
export const callValues = {
	fetch: ["user_unique_id", "room_id", "cursor", "internal_ext", "ms_token", "browser_version"],
	push: ["user_unique_id", "room_id", "cursor", "internal_ext", "signature", "ms_token", "browser_version"],
	enter: ["live_id", "ms_token", "browser_version"],
	reflow: ["sec_uid"],
	scene: ["room_id"],
	batch: ["anchor_ids"],
	followed: [],
	broadcast: ["room_id", "sec_uid"],
} as const;

/** Calls of the site: `broadcast` finds the room of a shared link. */
export type SiteCall = keyof typeof callValues;
export const siteCalls = Object.keys(callValues) as readonly SiteCall[];

/** Values of a call by name. */
export type CallValues<Call extends SiteCall> = Readonly<Record<(typeof callValues)[Call][number], string>>;

/** Ways of finding out which rooms are live: `batch` and `followed` answer for many rooms. */
export type ProfileWay = LookupWay | "batch" | "followed";

/**
 * Facts about the site that may change from one month to the next, as data. Names are those of the file, and so are the values:
 * times in ms, codes as texts.
 */
export interface SiteProfile {
	/** Version of the profile: a higher one is newer. */
	readonly version: number;
	/** Date of its facts, `YYYY-MM-DD`. */
	readonly date: string;
	readonly hosts: {
		/** Push hosts, best first, for when `im/fetch` names none, or those fail; with a port if it is not the usual one. */
		readonly push: readonly string[];
	};
	/** SDK and version codes, for use in queries and in the signature's text. */
	readonly codes: Readonly<Record<string, string>>;
	/** Description of the browser, as fields of queries. */
	readonly browser: readonly (readonly [name: string, value: string])[];
	/** Path and query of each call; fields are sent in this order. */
	readonly calls: Readonly<Record<SiteCall, { readonly path: string; readonly query: readonly QueryField[] }>>;
	/** Names of keys in a room's page. */
	readonly page: {
		/** The object with the page's state, and the object in it that describes the room. */
		readonly store: string;
		readonly info: string;
		/** Keys of that object: the room, its id beside it, the anchor, and the mode that is {@link voice_mode} for voice. */
		readonly room: string;
		readonly room_id: string;
		readonly anchor: string;
		readonly mode: string;
		readonly voice_mode: number;
		/** Key of the visitor's number. */
		readonly visitor: string;
		/** The header's user and the key that is true for an account; a key with the same meaning; a key of guests. */
		readonly login_user: string;
		readonly login_mark: string;
		readonly login_word: string;
		readonly guest_word: string;
	};
	/** Signs by which the site refuses. */
	readonly refusals: {
		/** Title of the slider's page, and the call that shows the slider. */
		readonly slider_title: string;
		readonly slider_call: string;
		/** Headers that demand the slider in answer to a JSON call. */
		readonly slider_headers: readonly string[];
		/** Codes of a JSON answer that mean "log in first", and the code of a broadcast that is over. */
		readonly login_codes: readonly number[];
		readonly over_code: number;
		/** Texts for people: the broadcast is over, or hidden from this visitor; and the name of a closed account. */
		readonly over_text: string;
		readonly hidden_text: string;
		readonly closed_name: string;
	};
	/** Ways of asking which rooms are live, best first. A way that is left out is not used. */
	readonly ways: readonly ProfileWay[];
	/** Limits for each address. */
	readonly budgets: {
		/** Maximum number of requests at once after a pause. */
		readonly depth: number;
		readonly pages_per_minute: number;
		readonly calls_per_minute: number;
		/** Gap between two requests, and the share by which it varies. */
		readonly gap_ms: number;
		readonly gap_spread: number;
		/** Lengths of consecutive cooldowns of a way that was refused. */
		readonly cooldowns_ms: readonly number[];
		/** Batch calls: minimum time between two, number of ids in the first, and maximum number. */
		readonly batch_gap_ms: number;
		readonly batch_first_ids: number;
		readonly batch_max_ids: number;
	};
	/** Constants of the push socket's signature. */
	readonly signature: {
		/** Fields of the text that is signed; their values are filled in as in the query of `push`. */
		readonly text: readonly (readonly [name: string, value: string])[];
		/** The 64 digits of its Base64, and the payload's bytes 1 to 3. */
		readonly alphabet: string;
		readonly marks: readonly [number, number, number];
		readonly flags: number;
	};
	/** Constants of `a_bogus`. */
	readonly a_bogus: {
		readonly alphabet: string;
		readonly agent_alphabet: string;
		readonly salt: string;
		readonly key: string;
		readonly agent_key: readonly number[];
		/** Screen and platform as the page reports them. */
		readonly browser: string;
		/** Bytes of its head that are always the same: position and value. */
		readonly fixed: readonly (readonly [at: number, byte: number])[];
	};
	/** Names of kinds that the site is known to send, in addition to those with a type. */
	readonly known_methods: readonly string[];
	/** Known field numbers of kinds: all up to the first number, and the further ones. Other kinds are not checked. */
	readonly known_fields: Readonly<Record<string, readonly number[]>>;
}

/**
 * Encodes a call's query. @param values see {@link callValues}
 * @returns the query without `?`
 */
export function queryOf<Call extends SiteCall>(profile: SiteProfile, call: Call, values: CallValues<Call>): string {
	const given: Readonly<Record<string, string>> = values;
	const fill = (fields: readonly QueryField[]): (readonly [string, string])[] =>
		fields.flatMap((field) =>
			field === "browser" ? fill(profile.browser) : [[field[0], filled(profile, field[1], given)] as const],
		);
	return encodeQuery(fill(profile.calls[call].query));
}

/** Replaces `{name}` by a value, or by one of the profile's codes; a name that is neither becomes "". */
export function filled(profile: SiteProfile, text: string, values: Readonly<Record<string, string>>): string {
	return text.includes("{")
		? text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? profile.codes[name] ?? "")
		: text;
}

/** Encodes a query string in the given order; spaces are `%20`, `/` and `:` stay as the page sends them. */
export function encodeQuery(fields: readonly (readonly [string, string])[]): string {
	return fields
		.map(([name, value]) => `${name}=${encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3A", ":")}`)
		.join("&");
}
