import { LivekeeperError } from "@livekeeper/base/errors";
import { checkTexts, type Text } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import { isTimeZone } from "@livekeeper/base/text/local-time";
import type { z } from "zod";
import {
	AddressNotAllowedError,
	type AddressPolicy,
	checkHost,
	checkResolved,
	type ResolveOptions,
} from "./addresses.ts";
import type { TargetPace } from "./pace.ts";
import { type PresetName, presets } from "./presets/index.ts";
import type { Preset } from "./presets/preset.ts";
import { generateSecret } from "./secret.ts";
import type { Target, TargetSettings } from "./target.ts";
import { compilePattern, PatternError, type TargetFilter } from "./target-filter.ts";
import { type TargetInput, targetInput } from "./target-schema.ts";
import { patternText, targetTexts } from "./text/index.ts";

/** An input with its defaults filled in. */
type Given = z.output<typeof targetInput>;

const maxUrlLength = 2_048;

interface ReadOptions {
	id: string;
	now: number;
	createdAt: number;
	/** The target before the change. */
	before?: { preset: PresetName; settings: TargetSettings } | undefined;
	allows: (preset: Pick<Preset<unknown>, "loopback">) => AddressPolicy;
}

/**
 * Returns the target for an input, with defaults filled in, and its settings for storage.
 * @throws LivekeeperError `invalid_target`, `target_url_not_allowed`
 */
export function readInput(
	input: TargetInput,
	{ id, now, createdAt, before, allows }: ReadOptions,
): { target: Target; settings: TargetSettings; address: URL } {
	const given = targetInput.parse(input);
	const { name, preset: presetName, batch, enabled, after } = given;
	const target: Target = {
		...{ id, name, preset: presetName, liveIds: given.live_ids === "*" ? "*" : [...new Set(given.live_ids)] },
		...{ filter: readFilter(given), pace: readPace(given.pace) },
		batch: { maxEvents: batch.max_events, maxWaitMs: batch.max_wait_ms },
		...{ enabled, after, createdAt, updatedAt: now },
	};
	const preset = presets[presetName];
	const settings = readSettings(preset, given.settings, before?.preset === presetName ? before.settings : {});
	const misfit = preset.check?.(settings, target.filter);
	if (misfit) throw invalid(targetTexts.setting(misfit.setting, misfit.text));
	return { target, settings, address: readAddress(preset, settings, allows(preset)) };
}

function readFilter(given: Given): TargetFilter {
	const { types, states, words, pattern, gift, people, roles, min_level: minLevel } = given;
	if (types?.length === 0 && !states?.length) throw invalid(targetTexts.noTypes);
	if (pattern !== undefined) checkPattern(pattern);
	const kinds = types ?? (states?.length ? [] : undefined);
	return {
		types: kinds && [...new Set(kinds)].sort(),
		...{ states: some(states), words: some(words), people: some(people), roles: some(roles) },
		...{ pattern, minLevel, gift: gift && { minDiamonds: gift.min_diamonds, of: gift.of } },
	};
}

function readPace({ digest_minutes, max_per_minute, quiet, hold_seconds: holdSeconds }: Given["pace"]): TargetPace {
	if (quiet && !isTimeZone(quiet.zone)) throw invalid(targetTexts.noZone(quiet.zone));
	if (quiet && quiet.from === quiet.to) throw invalid(targetTexts.quietAllDay);
	return { digestMinutes: digest_minutes, maxPerMinute: max_per_minute, quiet, holdSeconds };
}

function checkPattern(pattern: string): void {
	try {
		compilePattern(pattern);
	} catch (error) {
		if (!(error instanceof PatternError)) throw error;
		throw invalid(patternText(pattern, error.fault, error.part));
	}
}

function readSettings(preset: Preset<unknown>, given: Record<string, unknown>, before: TargetSettings): TargetSettings {
	const kept = Object.fromEntries(Object.entries(before).filter(([name]) => preset.secrets.includes(name)));
	const generated = preset === presets.json ? { secret: generateSecret() } : {};
	const whole: Record<string, unknown> = { ...generated, ...kept, ...given };
	const read = preset.settings.safeParse(whole);
	if (read.success) return read.data as TargetSettings;
	const [issue] = read.error.issues;
	if (!issue) throw read.error;
	const [name] = issue.path;
	throw invalid(settingText(issue as z.core.$ZodIssue, name !== undefined && whole[String(name)] === undefined));
}

function settingText({ code, message, path, ...details }: z.core.$ZodIssue, isMissing: boolean): Text {
	// In a record the name of an entry is invalid.
	const [inner] = code === "invalid_key" && "issues" in details ? (details.issues as z.core.$ZodIssue[]) : [];
	const found = inner ? { code: inner.code, message: inner.message, details: {} } : { code, message, details };
	return targetTexts.setting(path.join(".") || message, isMissing ? checkTexts.missing : issueText(found));
}

/** URL schemes of each transport. */
const schemes = { http: /^https?:$/, websocket: /^wss?:$/, mqtt: /^mqtts?:$/, mail: /^smtps?:$/ } as const;

function readAddress(preset: Preset<unknown>, settings: TargetSettings, allows: AddressPolicy): URL {
	const text = preset.address(settings);
	if (text.length > maxUrlLength) throw invalid(targetTexts.urlTooLong(maxUrlLength));
	if (!URL.canParse(text)) throw invalid(targetTexts.noUrl);
	const url = new URL(text);
	if (!Object.values(schemes).some((scheme) => scheme.test(url.protocol))) throw badProtocol(url);
	if (url.username !== "" || url.password !== "") throw invalid(targetTexts.credentials);
	const room = { roomId: "", nickname: "", title: "", avatar: "" };
	const ofTest = { deliveryId: "", targetId: "", liveId: "test", events: [], notices: [], truncated: undefined };
	const [message] = preset.messages({ ...ofTest, room, now: 0, test: true }, settings);
	if (message && message.via !== "nothing" && !schemes[message.via].test(url.protocol)) throw badProtocol(url);
	try {
		checkHost(url, allows);
	} catch (error) {
		throw notAllowed(error);
	}
	return url;
}

function badProtocol({ protocol }: URL): LivekeeperError {
	return new LivekeeperError("target_url_not_allowed", targetTexts.protocol(protocol));
}

/**
 * Resolves the host of a target's address, so a name of a private address is refused when the target is created.
 * @throws LivekeeperError `target_url_not_allowed`
 */
export async function checkDestination(address: URL, allows: AddressPolicy, options: ResolveOptions): Promise<void> {
	try {
		await checkResolved(address, allows, options);
	} catch (error) {
		throw notAllowed(error);
	}
}

function some<T>(list: readonly T[] | undefined): readonly T[] | undefined {
	return list && list.length > 0 ? [...new Set(list)] : undefined;
}

function notAllowed(error: unknown): unknown {
	if (!(error instanceof AddressNotAllowedError)) return error;
	return new LivekeeperError("target_url_not_allowed", error.text, { cause: error });
}

function invalid(text: Text): LivekeeperError {
	return new LivekeeperError("invalid_target", text);
}
