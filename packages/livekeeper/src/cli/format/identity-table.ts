import Table from "cli-table3";
import { printable } from "../../log/printable.ts";
import type { WireIdentity } from "../api-client.ts";
import type { Io, Style } from "../io.ts";
import { ago, inWords } from "./age.ts";

const statusStyles: Record<WireIdentity["status"], Style> = {
	anonymous: "gray",
	logged_in: "green",
	expired: "red",
	unreadable: "red",
};

/** All identities as a table, and below it what is wrong with them. */
export function identityTable(identities: readonly WireIdentity[], now: number, io: Pick<Io, "paint">): string {
	const table = new Table({
		head: ["Identity", "Login", "Ends", "Proxy", "Changed", "Rooms"],
		style: { head: [], border: [] },
	});
	for (const one of identities) {
		table.push([
			one.name,
			io.paint(statusStyles[one.status] ?? "gray", one.status),
			endOf(one.expires_at, now),
			one.has_proxy ? "its own" : "–",
			ago(one.updated_at, now),
			roomsOf(one.rooms),
		]);
	}
	const warnings = identities.flatMap(({ warning }) => (warning === null ? [] : [printable(warning)]));
	return [table.toString(), ...warnings.map((warning) => `${io.paint("yellow", "!")} ${warning}`)].join("\n");
}

function endOf(at: number | null, now: number): string {
	if (at === null) return "unknown";
	return at > now ? `in ${inWords(at - now)}` : ago(at, now);
}

function roomsOf(rooms: readonly string[]): string {
	const shown = rooms.slice(0, 5).join(", ");
	return rooms.length > 5 ? `${shown} and ${rooms.length - 5} more` : shown || "none";
}
