import { type Command, InvalidArgumentError } from "commander";
import { serviceUrl } from "../../config.ts";
import { type ApiClient, createApiClient, type StartOptions } from "../api-client.ts";
import { addConfigFlags, clientOptions, configOf } from "../config-flags.ts";
import { statusDetails, statusTable } from "../format/status-table.ts";
import type { Io } from "../io.ts";

type Flags = Record<string, unknown>;
type StartFlags = Flags & StartOptions & { secondIdentity?: string };

const liveIdHelp = "the last part of https://live.douyin.com/261378947940, or that URL";

/** `start`, `stop` and `status`: commands that ask a running service. */
export function roomCommands(program: Command, io: Io): void {
	const start = program
		.command("start")
		.description("keep a room connected, or change its options")
		.argument("<live_id>", liveIdHelp)
		.option("--identity <name>", "the identity that it goes by (livekeeper identities)")
		.option("--pinned", "it goes before all rooms that are not when connections are scarce")
		.option("--no-pinned", "it does so no longer")
		.option("--raw", "the upstream's payloads are stored beside its events")
		.option("--no-raw", "they are not")
		.option("--redundancy <n>", "how many sessions it keeps at once: 1 or 2", wholeNumber)
		.option("--second-identity <name>", "the identity that the second session goes by");
	addConfigFlags(start, clientOptions).action(async (liveId: string, flags: StartFlags) => {
		const { identity, pinned, raw, redundancy, secondIdentity } = flags;
		const second = secondIdentity === undefined ? undefined : { identity: secondIdentity };
		const { message } = await clientOf(flags).start(liveId, { identity, pinned, raw, redundancy, second });
		io.out(`${io.paint("green", "✓")} ${message}`);
	});
	const stop = program.command("stop").description("let a room go").argument("<live_id>", liveIdHelp);
	addConfigFlags(stop, clientOptions).action(async (liveId: string, flags: Flags) => {
		const { message } = await clientOf(flags).stop(liveId);
		io.out(`${io.paint("green", "✓")} ${message}`);
	});
	const status = program
		.command("status")
		.description("show all rooms, or one in detail")
		.argument("[live_id]", liveIdHelp)
		.option("--json", "print JSON instead of a table");
	addConfigFlags(status, clientOptions).action(async (liveId: string | undefined, flags: Flags) => {
		const client = clientOf(flags);
		if (liveId === undefined) return showAll(client, flags["json"] === true, io);
		const room = await client.room(liveId);
		io.out(flags["json"] === true ? JSON.stringify(room, null, 2) : statusDetails(room, Date.now(), io));
	});
}

function wholeNumber(text: string): number {
	if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Give a whole number.");
	return Number(text);
}

async function showAll(client: ApiClient, json: boolean, io: Io): Promise<void> {
	const rooms = await client.rooms();
	if (json) return io.out(JSON.stringify(rooms, null, 2));
	if (rooms.length === 0) return io.out("No rooms yet. Keep one with: livekeeper start <live_id>");
	io.out(statusTable(rooms, Date.now(), io));
}

function clientOf(flags: Flags): ApiClient {
	const config = configOf(flags);
	return createApiClient({ url: serviceUrl(config), apiKey: config.apiKey });
}
