import { LivekeeperError } from "@livekeeper/base/errors";
import { verbatim } from "@livekeeper/base/text";
import type { FoundRoom, LivekeeperClient, Room, RoomOptions } from "@livekeeper/client";
import { type Command, InvalidArgumentError } from "commander";
import { commandTexts, helpTexts, replyTexts } from "../../text/index.ts";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

type Flags = Record<string, unknown>;
type StartFlags = Flags & RoomOptions & { secondIdentity?: string; thirdIdentity?: string };

/** `start`, `stop` and `status`: commands for a running service. */
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
 * Returns the rooms that a text names. A plain live id is used as it is, even without an answer from the site; other
 * pasted text is resolved by the service. Ignored parts are reported.
 * @throws LivekeeperError `invalid_live_id` before any room is started, if a part of the text should name a room and
 * does not
 */
async function roomsIn(text: string, client: LivekeeperClient, io: Io): Promise<{ liveId: string; name: string }[]> {
	const { parseLiveId } = await import("@livekeeper/douyin");
	const parsed = parseLiveId(text);
	if (parsed.ok) return [{ liveId: parsed.liveId, name: "" }];
	const found = await client.rooms.resolve(text);
	const explained = ({ text: part, message }: FoundRoom) =>
		commandTexts.namesNoRoom(part, verbatim(message))[io.language];
	const isStartable = ({ live_id: liveId, status }: FoundRoom) => liveId !== null && status !== "not_found";
	const asides = found.filter(({ status }) => status === "aside");
	const refused = found.filter((room) => !isStartable(room) && !asides.includes(room));
	if (refused.length > 0) {
		const hint = refused.find((room) => room.hint !== null)?.hint;
		throw new LivekeeperError(
			"invalid_live_id",
			verbatim(refused.map(explained).join("\n")),
			hint ? { hint: verbatim(hint) } : {},
		);
	}
	for (const aside of asides) io.err(explained(aside));
	return found.flatMap(({ live_id: liveId, name }) =>
		liveId === null ? [] : [{ liveId, name: name === null ? "" : ` · ${name}` }],
	);
}

/** Omitted values are those of the first session. */
function sessionsOf({ secondIdentity, thirdIdentity }: StartFlags): RoomOptions["sessions"] {
	const named = thirdIdentity === undefined ? [secondIdentity] : [secondIdentity, thirdIdentity];
	return named.some((identity) => identity !== undefined)
		? named.map((identity) => (identity === undefined ? {} : { identity }))
		: undefined;
}

function between(min: number, max: number, text: string, { language }: Pick<Io, "language">): number {
	if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError(commandTexts.wholeNumber[language]);
	const value = Number(text);
	if (value > max) throw new InvalidArgumentError(commandTexts.atMost(max)[language]);
	if (value < min) throw new InvalidArgumentError(commandTexts.atLeast(min)[language]);
	return value;
}

async function showAll(rooms: readonly Room[], json: boolean, io: Io): Promise<void> {
	if (json) io.out(JSON.stringify(rooms, null, 2));
	else if (rooms.length === 0) io.out(commandTexts.noRooms[io.language]);
	else io.out((await statusTables()).statusTable(rooms, Date.now(), io));
}

const statusTables = () => import("../format/status-table.ts");
