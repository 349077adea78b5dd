/** Kinds of lines that an overlay may show. `chat` covers every typed message. */
export const overlayKinds = ["chat", "gift", "follow", "fansclub", "share", "member", "like"] as const;
export type OverlayKind = (typeof overlayKinds)[number];

export const overlayThemes = ["plain", "bubbles", "ink", "neon", "sticker", "pixel", "arena", "ticker"] as const;
export type OverlayTheme = (typeof overlayThemes)[number];

/** The parts of an overlay. */
export const overlayWidgets = ["feed", "alert", "pk", "ranking", "goal"] as const;
export type OverlayWidget = (typeof overlayWidgets)[number];

/** Totals of the current broadcast that a goal can count. */
export const goalKinds = ["diamonds", "likes", "follows", "members"] as const;
export type GoalKind = (typeof goalKinds)[number];

/** The built-in sounds. */
export const soundNames = ["chime", "bell", "coins", "fanfare"] as const;
export type SoundName = (typeof soundNames)[number];

/** Section of the builder that shows a parameter. */
export type ParameterGroup = "parts" | "look" | "content" | "speech" | "more";

/** Value type of a parameter in the address. A value of another type counts as missing; one out of range is clamped. */
export type Parameter = { group: ParameterGroup } & (
	| { kind: "choice"; values: readonly string[]; default: string }
	/** A built-in sound, or the id of a file of the user. */
	| { kind: "sound"; values: readonly SoundName[]; default: SoundName }
	| { kind: "list"; values: readonly string[]; default: readonly string[] }
	| { kind: "integer"; min: number; max: number; default: number; unit?: "px" | "s" | "diamonds" | "percent" }
	| { kind: "number"; min: number; max: number; default: number }
	| { kind: "flag"; default: boolean }
	/** `max` in UTF-16 units; longer values are truncated. */
	| { kind: "text"; max: number; default: string }
);

const kind = { kind: "list", values: overlayKinds } as const;

/**
 * Every parameter of an overlay's address. The parser, the builder and the table in docs/overlay.md are generated from
 * it. Descriptions are in the i18n messages, `overlay.param`.
 */
export const parameters = {
	theme: { group: "look", kind: "choice", values: overlayThemes, default: "plain" },
	lang: { group: "look", kind: "choice", values: ["zh", "en"], default: "zh" },
	size: { group: "look", kind: "integer", min: 10, max: 96, default: 24, unit: "px" },
	widgets: { group: "parts", kind: "list", values: overlayWidgets, default: ["feed"] },
	ranks: { group: "parts", kind: "integer", min: 1, max: 10, default: 5 },
	goal_title: { group: "parts", kind: "text", max: 40, default: "" },
	goal_of: { group: "parts", kind: "choice", values: goalKinds, default: "diamonds" },
	goal_target: { group: "parts", kind: "integer", min: 1, max: 1_000_000_000, default: 1000 },
	sound: { group: "parts", kind: "integer", min: 0, max: 100, default: 0, unit: "percent" },
	sound_of: { group: "parts", kind: "sound", values: soundNames, default: "chime" },
	sound_min: { group: "parts", kind: "integer", min: 0, max: 1_000_000, default: 500, unit: "diamonds" },
	font: { group: "look", kind: "text", max: 100, default: "" },
	direction: { group: "look", kind: "choice", values: ["up", "down"], default: "up" },
	lines: { group: "look", kind: "integer", min: 1, max: 14, default: 10 },
	fade: { group: "look", kind: "integer", min: 0, max: 3600, default: 60, unit: "s" },
	avatars: { group: "look", kind: "flag", default: false },
	levels: { group: "look", kind: "flag", default: false },
	kinds: { group: "content", ...kind, default: ["chat", "gift", "follow"] },
	gift_min: { group: "content", kind: "integer", min: 0, max: 1_000_000, default: 0, unit: "diamonds" },
	card_min: { group: "content", kind: "integer", min: 0, max: 1_000_000, default: 500, unit: "diamonds" },
	level_min: { group: "content", kind: "integer", min: 0, max: 100, default: 0 },
	merge: { group: "content", kind: "integer", min: 0, max: 60, default: 0, unit: "s" },
	block: { group: "content", kind: "text", max: 1000, default: "" },
	only: { group: "content", kind: "text", max: 1000, default: "" },
	tts: { group: "speech", ...kind, default: [] },
	tts_rate: { group: "speech", kind: "number", min: 0.5, max: 2, default: 1 },
	tts_voice: { group: "speech", kind: "text", max: 100, default: "" },
	css: { group: "more", kind: "text", max: 10_000, default: "" },
	demo: { group: "more", kind: "flag", default: false },
	token: { group: "more", kind: "text", max: 200, default: "" },
} as const satisfies Record<string, Parameter>;

type Parameters = typeof parameters;
export type ParameterName = keyof Parameters;
type ValueOf<P extends Parameter> = P extends { kind: "choice"; values: readonly (infer Value)[] }
	? Value
	: P extends { kind: "list"; values: readonly (infer Value)[] }
		? readonly Value[]
		: P extends { kind: "integer" | "number" }
			? number
			: P extends { kind: "flag" }
				? boolean
				: string;

/** An overlay's parameters, each with a valid value. */
export type Settings = { [Name in ParameterName]: ValueOf<Parameters[Name]> };

export const parameterNames = Object.keys(parameters) as ParameterName[];
