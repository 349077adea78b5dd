import { z } from "zod";
import { objectIn, refused } from "./answer.ts";
import { factsOf } from "./facts.ts";
import type { Preset, Verdict } from "./preset.ts";
import { languageSetting, socketAddress } from "./settings.ts";

interface StreamerBotSettings {
	url?: string | undefined;
	action: string;
	language: "zh" | "en";
}

/** Streamer.bot on this machine: an action is run for each event, with what happened as its arguments. */
export const streamerbot: Preset<StreamerBotSettings> = {
	name: "streamerbot",
	settings: z.strictObject({
		url: socketAddress.optional().describe("its WebSocket server; default ws://127.0.0.1:8080/"),
		action: z.string().min(1).max(200).describe("the action's name"),
		language: languageSetting,
	}),
	secrets: [],
	// All of a delivery comes again where one of it is not answered.
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "ws://127.0.0.1:8080/",
	messages(delivery, settings) {
		const frames = factsOf(delivery, settings.language).map(({ event: _, ...args }) => {
			const id = `${delivery.deliveryId}-${args.seq}`;
			return {
				text: JSON.stringify({ request: "DoAction", id, action: { name: settings.action }, args }),
				answeredBy: (frame: string) => verdict(frame, id),
			};
		});
		return frames.length > 0 ? [{ via: "websocket", url: streamerbot.address(settings), frames }] : [];
	},
};

function verdict(frame: string, id: string): Verdict | undefined {
	const answer = objectIn({ status: 0, body: frame });
	if (answer?.["id"] !== id) return undefined;
	if (answer["status"] === "ok") return { ok: true };
	return refused("receiver_refused", answer["error"] ?? answer["status"]);
}
