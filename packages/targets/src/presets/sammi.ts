import { z } from "zod";
import { factsOf } from "./facts.ts";
import { type Answer, postJson, refused } from "./post.ts";

import { definePreset, languageSetting, secret, secretSetting, type Verdict, webAddress } from "./preset.ts";

/** SAMMI on this machine: a webhook trigger for each event. */
export const sammi = definePreset({
	settings: z.strictObject({
		url: webAddress.optional().describe("its local API; default http://127.0.0.1:9450/webhook"),
		password: secret(secretSetting.optional().describe("the local API's password, if one is set")),
		trigger: z
			.string()
			.min(1)
			.max(200)
			.default("livekeeper")
			.describe("the webhook trigger's name; default livekeeper"),
		language: languageSetting,
	}),
	limits: { maxEvents: 10 },
	loopback: true,
	address: ({ url }) => url ?? "http://127.0.0.1:9450/webhook",
	messages(delivery, settings) {
		const headers = settings.password ? { authorization: settings.password } : {};
		return factsOf(delivery, settings.language).map(({ event: _, ...facts }) =>
			postJson(this.address(settings), { trigger: settings.trigger, ...facts }, { headers }),
		);
	},
	verdict,
});

function verdict({ status, body }: Answer): Verdict | undefined {
	return status === 401 || status === 403 ? refused("receiver_key", body) : undefined;
}
