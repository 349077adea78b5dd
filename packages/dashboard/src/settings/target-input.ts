import type { Given, NewTarget, RoomEventType, Target, TargetPreset } from "@livekeeper/client";
import { findLiveIds } from "../rooms/find-live-ids.ts";

type Asked = Given<NewTarget>;
export type PresetName = TargetPreset["name"];
type Role = Target["roles"][number];
export type StateName = Target["states"][number];

/** Contents of the form while the user fills it in. */
export interface TargetDraft {
	name: string;
	preset: PresetName;
	settings: Record<string, string | boolean>;
	allRooms: boolean;
	rooms: string;
	allTypes: boolean;
	types: RoomEventType[];
	states: StateName[];
	words: string;
	/** A regular expression. */
	pattern: string;
	/** Separated by commas or lines, because names may contain spaces. */
	people: string;
	roles: Role[];
	minLevel: string;
	minDiamonds: string;
	/** Minutes; empty to send at once. */
	digest: string;
	/** Seconds. */
	hold: string;
	quietFrom: string;
	quietTo: string;
	after: "now" | "oldest";
}

/** Common types to choose from; a target created elsewhere may have others. */
export const commonTypes = [
	"chat",
	"emoji_chat",
	"screen_chat",
	"gift",
	"like",
	"member",
	"follow",
	"share",
	"fansclub",
	"connection",
	"gap",
	"gifts_withheld",
	"service_down",
	"broadcast_started",
	"broadcast_ended",
] as const satisfies readonly RoomEventType[];

export const allStates = [
	"live",
	"ended",
	"report",
	"blocked",
	"silent",
	"gap",
	"gifts_withheld",
	"login_ending",
	"storage",
	"node_lost",
	"site_changed",
] as const satisfies readonly StateName[];

export const allRoles = ["moderator", "fan_club"] as const satisfies readonly Role[];

/** @param target the target to change; `undefined` for a new one */
export function draftOf(target: Target | undefined): TargetDraft {
	const rooms = target && target.live_ids !== "*" ? target.live_ids.join(" ") : "";
	const { digest_minutes: digest, hold_seconds: hold, quiet } = target?.pace ?? {};
	return {
		...{ name: target?.name ?? "", preset: target?.preset ?? "json", settings: shown(target?.settings ?? {}) },
		...{ allRooms: rooms === "", rooms, after: target?.after ?? "now" },
		...{ allTypes: target === undefined || target.types === null, types: [...(target?.types ?? ["chat", "gift"])] },
		...{ states: [...(target?.states ?? [])], words: target?.words.join(" ") ?? "" },
		...{ pattern: target?.pattern ?? "", people: target?.people.join("\n") ?? "", roles: [...(target?.roles ?? [])] },
		minLevel: String(target?.min_level ?? ""),
		minDiamonds: String(target?.gift?.min_diamonds ?? ""),
		...{
			digest: String(digest ?? ""),
			hold: String(hold ?? ""),
			quietFrom: quiet?.from ?? "",
			quietTo: quiet?.to ?? "",
		},
	};
}

/** Sets the defaults of another preset in a fresh draft: programs get everything, people only the important states. */
export function choosePreset(draft: TargetDraft, preset: PresetName): void {
	const isForProgram = preset === "json" || preset === "template";
	Object.assign(draft, { preset, settings: {} });
	if (draft.states.length > 0) return;
	Object.assign(draft, { allTypes: isForProgram, types: isForProgram ? draft.types : [] });
	if (!isForProgram) Object.assign(draft, { states: ["live", "ended", "blocked", "silent"], hold: "30" });
}

/**
 * Returns the complete input for the service, because missing fields would be reset to their defaults.
 * @returns the name of the problem if something is missing or invalid
 */
export function inputOf(draft: TargetDraft, target: Target | undefined): Asked | "noRooms" | "noTypes" | "noNumber" {
	const rooms = draft.allRooms ? "*" : readRooms(draft.rooms);
	if (rooms.length === 0) return "noRooms";
	if (!draft.allTypes && draft.types.length + draft.states.length === 0) return "noTypes";
	const numbers = [draft.minDiamonds, draft.minLevel, draft.hold].map((text) => Number(text.trim()));
	if (!numbers.every((number) => Number.isInteger(number) && number >= 0)) return "noNumber";
	const [minDiamonds = 0, minLevel = 0] = numbers;
	const fresh = { types: null, gift: null, pattern: null, min_level: null };
	const before = target && inputWith({ ...target, ...fresh }, target.enabled);
	const settings = Object.entries(draft.settings).map(([name, value]) => [
		name,
		typeof value === "string" ? value.trim() : value,
	]);
	return {
		...before,
		...{ name: draft.name.trim(), preset: draft.preset, live_ids: rooms, after: draft.after },
		...filterOf(draft, target),
		settings: Object.fromEntries(settings.filter(([, value]) => value !== "")),
		// All types include those that report states.
		...(draft.allTypes ? { states: [] } : { types: draft.types, states: draft.states }),
		...(minLevel > 0 && { min_level: minLevel }),
		...(minDiamonds > 0 && { gift: { min_diamonds: minDiamonds, of: target?.gift?.of ?? "streak" } }),
		pace: paceOf(draft, target),
	};
}

function filterOf(
	draft: TargetDraft,
	target: Target | undefined,
): Pick<Asked, "words" | "people" | "roles" | "pattern"> {
	// Untouched lists are not split again, because a name may contain a comma.
	const before = draftOf(target);
	const list = (name: "words" | "people", between: RegExp) =>
		target && draft[name] === before[name] ? target[name] : draft[name].split(between).map(trimmed).filter(Boolean);
	return {
		...{ words: list("words", /[\s,，、]+/), people: list("people", /[\n,，、]+/), roles: draft.roles },
		...(draft.pattern !== "" && { pattern: draft.pattern }),
	};
}

const trimmed = (text: string) => text.trim();

function paceOf(draft: TargetDraft, target: Target | undefined): NonNullable<Asked["pace"]> {
	const { quietFrom: from, quietTo: to } = draft;
	const zone = target?.pace.quiet?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
	return {
		...withoutNulls({ max_per_minute: target?.pace.max_per_minute ?? null }),
		...(draft.digest !== "" && { digest_minutes: Number(draft.digest) }),
		...(draft.hold.trim() !== "" && { hold_seconds: Number(draft.hold) }),
		...(from !== "" && to !== "" && { quiet: { from, to, zone } }),
	};
}

/** Returns those of a preset's settings that the form can edit. */
function shown(settings: Readonly<Record<string, unknown>>): TargetDraft["settings"] {
	const entries = Object.entries(settings);
	return Object.fromEntries(
		entries.filter(([, value]) => typeof value === "string" || typeof value === "boolean"),
	) as never;
}

/** Reads ids and addresses, one per word. @returns an empty list if any of them is not a room */
function readRooms(text: string): string[] {
	const words = text.split(/[\s,;，；、]+/).filter(Boolean);
	const found = words.map((word) => findLiveIds(word).liveIds);
	return found.every((ids) => ids.length > 0) ? [...new Set(found.flat())] : [];
}

/** Returns a target's input unchanged except for `enabled`. */
export function inputWith(target: Target, enabled: boolean): Asked {
	const { name, preset, settings, live_ids, states, words, people, roles, batch, after } = target;
	const { types, pattern, gift, min_level, pace } = target;
	return {
		...{ name, preset, settings: settings ?? {}, live_ids, states, words, people, roles, batch, after, enabled },
		...withoutNulls({ types, pattern, gift, min_level }),
		pace: withoutNulls(pace),
	};
}

function withoutNulls<T extends object>(of: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
	return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== null)) as never;
}

/** A field of a preset's settings in the form. */
export interface SettingField {
	name: string;
	kind: "text" | "secret" | "lines" | "flag" | "choice";
	choices: readonly string[];
	required: boolean;
}

interface Schema {
	properties?: Record<string, { type?: string; enum?: readonly string[] }>;
	required?: readonly string[];
}

/**
 * Derives the fields from the JSON Schema of the settings. Types that the form can't edit are only available through
 * the API.
 */
export function fieldsOf({ settings, secrets }: Pick<TargetPreset, "settings" | "secrets">): SettingField[] {
	const { properties = {}, required = [] } = settings as Schema;
	return Object.entries(properties).flatMap(([name, { type, enum: choices = [] }]) => {
		if (type !== "string" && type !== "boolean") return [];
		const plain = name === "template" ? "lines" : secrets.includes(name) ? "secret" : "text";
		const kind = type === "boolean" ? "flag" : choices.length > 0 ? "choice" : plain;
		return [{ name, kind, choices, required: required.includes(name) } as const];
	});
}

/** Whether the user has to fill in a field. A signing secret can be generated, and stored secrets stay as they are. */
export function isNeeded({ name, kind, required }: SettingField, isNew: boolean): boolean {
	return required && name !== "secret" && (isNew || kind !== "secret");
}

/** Returns the first field that has to be filled in and is not; `undefined` if there is none. */
export function missingOf(
	fields: readonly SettingField[],
	settings: Readonly<Record<string, unknown>>,
	target: Target | undefined,
): string | undefined {
	const isNew = target === undefined || target.settings === null;
	return fields.find((field) => isNeeded(field, isNew) && (settings[field.name] ?? "") === "")?.name;
}
