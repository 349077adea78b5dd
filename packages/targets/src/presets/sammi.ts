import { z } from "zod";
import { type Answer, refused } from "./answer.ts";
import { factsOf } from "./facts.ts";
import { postJson } from "./post-json.ts";
import type { Preset, Verdict } from "./preset.ts";
import { languageSetting, secretSetting, webAddress } from "./settings.ts";

interface SammiSettings {
	url?: string | undefined;
	password?: string | undefined;
	trigger: string;
	language: "zh" | "en";
}

/** SAMMI on this machine: a webhook trigger for each event. */
export const sammi: Preset<SammiSettings> = {
	name: "sammi",
	settings: z.strictObject({
		url: webAddress.optional().describe("its local API; default http://127.0.0.1:9450/webhook"),
		password: secretSetting.optional().describe("the local API's password, if one is set"),
		trigger: z
			.string()
			.min(1)
			.max(200)
			.default("livekeeper")
			.describe("the webhook trigger's name; default livekeeper"),
		language: languageSetting,
	}),
	secrets: ["password"],
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "http://127.0.0.1:9450/webhook",
	messages(delivery, settings) {
		const headers = settings.password ? { authorization: settings.password } : {};
		return factsOf(delivery, settings.language).map(({ event: _, ...facts }) =>
			postJson(sammi.address(settings), { trigger: settings.trigger, ...facts }, { headers }),
		);
	},
	verdict,
};

function verdict({ status, body }: Answer): Verdict | undefined {
	return status === 401 || status === 403 ? refused("receiver_key", body) : undefined;
}
