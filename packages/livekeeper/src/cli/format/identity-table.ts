import { printable } from "@livekeeper/base/log/printable";
import { codeNames, type Language, listed, listTexts, statusTexts, verbatim } from "@livekeeper/base/text";
import type { Identity } from "@livekeeper/client";
import Table from "cli-table3";
import type { Io, Style } from "../io.ts";
import { ago, until } from "./age.ts";

const statusStyles: Record<Identity["status"], Style> = {
	anonymous: "gray",
	logged_in: "green",
	expired: "red",
	unreadable: "red",
};

const stateStyles: Record<Identity["state"], Style> = {
	fine: "green",
	first_only: "yellow",
	nothing: "red",
	resting: "yellow",
	unknown: "gray",
};

/** Formats all identities as a table, followed by their troubles with evidence and advice. */
export function identityTable(
	identities: readonly Identity[],
	now: number,
	io: Pick<Io, "paint" | "language">,
): string {
	const { language } = io;
	const table = new Table({
		head: listTexts.identityHead.map((text) => text[language]),
		style: { head: [], border: [] },
	});
	for (const one of identities) {
		table.push([
			one.name,
			io.paint(statusStyles[one.status] ?? "gray", codeNames.login[one.status]?.[language] ?? one.status),
			endOf(one.expires_at, now, language),
			io.paint(stateStyles[one.state] ?? "gray", codeNames.identityState[one.state]?.[language] ?? one.state),
			listTexts.giftsShown(one.gift_coverage, one.gifts_per_hour, one.gifts_per_hour_of_all)[language],
			one.has_proxy ? listTexts.itsOwn[language] : "–",
			ago(one.updated_at, now, language),
			roomsOf(one.rooms, language),
		]);
	}
	const warnings = identities.flatMap(({ warning }) => (warning === null ? [] : [printable(warning)]));
	const troubles = identities.flatMap((one) => troubleOf(one, now, language));
	const lines = [...warnings, ...troubles].map((line) => `${io.paint("yellow", "!")} ${line}`);
	return [table.toString(), ...lines].join("\n");
}

/** Returns the trouble with an identity on the site. */
function troubleOf({ name, state, state_evidence, advice, rest }: Identity, now: number, language: Language): string[] {
	if (state === "fine" || state === "unknown") return [];
	const pauses = rest ? [listTexts.pausedUntil(name, verbatim(until(rest.until, now, language)))[language]] : [];
	const said = `${name}${language === "en" ? ": " : "："}${[...state_evidence, ...advice].join(language === "en" ? " " : "")}`;
	return [printable(said), ...pauses];
}

function endOf(at: number | null, now: number, language: Language): string {
	if (at === null) return listTexts.unknown[language];
	return at > now ? until(at, now, language) : ago(at, now, language);
}

function roomsOf(rooms: readonly string[], language: Language): string {
	const shown = listed(rooms.slice(0, 5));
	return rooms.length > 5
		? listTexts.andMore(shown, rooms.length - 5)[language]
		: shown[language] || statusTexts.none[language];
}
