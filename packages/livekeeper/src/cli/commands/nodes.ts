import { helpTexts } from "@livekeeper/base/text";
import type { Command } from "commander";
import { addConfigFlags, clientOptions } from "../config-flags.ts";
import type { Io } from "../io.ts";
import { withService } from "../with-service.ts";

/** `nodes`: lists the nodes of the cluster with their numbers of rooms. */
export function nodesCommand(program: Command, io: Io): void {
	const command = program
		.command("nodes")
		.description(helpTexts.nodes[io.language])
		.option("--json", helpTexts.json[io.language]);
	addConfigFlags(command, io, clientOptions).action(async (flags: { json?: boolean } & Record<string, unknown>) => {
		const answer = await withService(flags, io, (client) => client.nodes());
		if (flags.json) return io.out(JSON.stringify(answer.nodes, null, 2));
		const { nodesTable } = await import("../format/nodes-table.ts");
		io.out(nodesTable(answer, Date.now(), io.language));
	});
}
