import type { LivekeeperClient, Room, RoomOptions } from "@livekeeper/client";
import { type Command, InvalidArgumentError } from "commander";
import { LivekeeperError } from "../../errors.ts";
import { commandTexts, helpTexts, replyTexts, verbatim } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

type Flags = Record<string, unknown>;
type StartFlags = Flags & RoomOptions & { secondIdentity?: string; thirdIdentity?: string };

/** `start`, `stop` and `status`: commands that ask a running service. */
export function roomCommands(program: Command, io: Io): void {
	const start = program
		.command("start")
		.description(helpTexts.start[io.language])
		.argument("<room...>", helpTexts.pasted[io.language])
		.option("--identity <name>", helpTexts.startIdentity[io.language])
		.option("--pinned", helpTexts.pinned[io.language])
		.option("--no-pinned", helpTexts.noPinned[io.language])
		.option("--raw", helpTexts.raw[io.language])
		.option("--no-raw", helpTexts.noRaw[io.language])
		.option("--redundancy <n>", helpTexts.redundancy[io.language], (text) => between(1, 3, text, io))
		.option("--second-identity <name>", helpTexts.secondIdentity[io.language])
		.option("--third-identity <name>", helpTexts.thirdIdentity[io.language]);
	addConfigFlags(start, io, clientOptions).action(async (words: string[], flags: StartFlags) => {
		const { identity, pinned, raw, redundancy } = flags;
		const options = { identity, pinned, raw, redundancy, sessions: sessionsOf(flags) };
		await withService(flags, io, async (client) => {
			for (const room of await roomsIn(words.join(" "), client, io)) {
				const message = await client.rooms.keep(room.liveId, options);
				io.out(`${io.paint("green", "✓")} ${message}${room.name}`);
			}
		});
	});
	const stop = program
		.command("stop")
		.description(helpTexts.stop[io.language])
		.argument("<live_id>", helpTexts.liveId[io.language]);
	addConfigFlags(stop, io, clientOptions).action(async (liveId: string, flags: Flags) => {
		await withService(flags, io, (client) => client.rooms.stop(liveId));
		io.out(`${io.paint("green", "✓")} ${replyTexts.stopped(liveId)[io.language]}`);
	});
	const status = program
		.command("status")
		.description(helpTexts.status[io.language])
		.argument("[live_id]", helpTexts.liveId[io.language])
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(status, io, clientOptions).action(async (liveId: string | undefined, flags: Flags) => {
		if (liveId === undefined) {
			return showAll(await withService(flags, io, (client) => client.rooms.list()), flags["json"] === true, io);
		}
		const room = await withService(flags, io, (client) => client.rooms.get(liveId));
		const { statusDetails } = await statusTables();
		io.out(flags["json"] === true ? JSON.stringify(room, null, 2) : statusDetails(room, Date.now(), io));
	});
}

/**
 * The rooms that somebody names. A plain live id is taken as it is, also while the site gives no answer; what else is
 * pasted the service makes into rooms.
 * @throws LivekeeperError `invalid_live_id` before any is started, where one piece names no room
 */
async function roomsIn(
	text: string,
	client: LivekeeperClient,
	{ language }: Io,
): Promise<{ liveId: string; name: string }[]> {
	const { parseLiveId } = await import("@livekeeper/douyin");
	const parsed = parseLiveId(text);
	if (parsed.ok) return [{ liveId: parsed.liveId, name: "" }];
	return (await client.rooms.resolve(text)).map(({ live_id: liveId, name, text: piece, message, hint, status }) => {
		if (liveId !== null && status !== "not_found") return { liveId, name: name === null ? "" : ` · ${name}` };
		const why = commandTexts.namesNoRoom(piece, verbatim(message));
		throw new LivekeeperError(
			"invalid_live_id",
			verbatim(why[language]),
			hint === null ? {} : { hint: verbatim(hint) },
		);
	});
}

/** What is not named is as with the first. */
function sessionsOf({ secondIdentity, thirdIdentity }: StartFlags): RoomOptions["sessions"] {
	const named = thirdIdentity === undefined ? [secondIdentity] : [secondIdentity, thirdIdentity];
	return named.some((identity) => identity !== undefined)
		? named.map((identity) => (identity === undefined ? {} : { identity }))
		: undefined;
}

function between(least: number, most: number, text: string, { language }: Pick<Io, "language">): number {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(commandTexts.wholeNumber[language]);
	const value = Number(text);
	if (value > most) throw new InvalidArgumentError(commandTexts.atMost(most)[language]);
	if (value < least) throw new InvalidArgumentError(commandTexts.atLeast(least)[language]);
	return value;
}

async function showAll(rooms: readonly Room[], json: boolean, io: Io): Promise<void> {
	if (json) io.out(JSON.stringify(rooms, null, 2));
	else if (rooms.length === 0) io.out(commandTexts.noRooms[io.language]);
	else io.out((await statusTables()).statusTable(rooms, Date.now(), io));
}

const statusTables = () => import("../format/status-table.ts");
