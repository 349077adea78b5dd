import { expect, test } from "vitest";
import { startSimulator } from "../start-simulator.ts";
import { followedThroughCut } from "./message-ids.helpers.ts";
import { idModes } from "./message-ids.ts";

test.concurrent.for(idModes)(
	"delivers each message once through a cut: %s",

	async (ids, context) => {
		const { onTestFinished } = context;
		const simulator = await startSimulator({ rooms: 1, ids, startTraffic: "manual", rate: 0, tickMs: 10 });
		onTestFinished(() => simulator.close());
		const { came, said } = await followedThroughCut(simulator);
		expect(came).toEqual(said);
	},
);
