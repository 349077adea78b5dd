import Table from "cli-table3";
import { printable } from "../../log/printable.ts";
import { codeNames, type Language, listTexts, statusTexts } from "../../text/index.ts";
import type { WireIdentity } from "../api-client.ts";
import type { Io, Style } from "../io.ts";
import { ago, until } from "./age.ts";

const statusStyles: Record<WireIdentity["status"], Style> = {
	anonymous: "gray",
	logged_in: "green",
	expired: "red",
	unreadable: "red",
};

/** All identities as a table, and below it what is wrong with them. */
export function identityTable(
	identities: readonly WireIdentity[],
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
			one.has_proxy ? listTexts.itsOwn[language] : "–",
			ago(one.updated_at, now, language),
			roomsOf(one.rooms, language),
		]);
	}
	const warnings = identities.flatMap(({ warning }) => (warning === null ? [] : [printable(warning)]));
	return [table.toString(), ...warnings.map((warning) => `${io.paint("yellow", "!")} ${warning}`)].join("\n");
}

function endOf(at: number | null, now: number, language: Language): string {
	if (at === null) return listTexts.unknown[language];
	return at > now ? until(at, now, language) : ago(at, now, language);
}

function roomsOf(rooms: readonly string[], language: Language): string {
	const shown = rooms.slice(0, 5).join(", ");
	return rooms.length > 5 ? listTexts.andMore(shown, rooms.length - 5)[language] : shown || statusTexts.none[language];
}
