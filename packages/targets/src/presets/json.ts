import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import { signatureOf } from "../signature.ts";
import { type Delivery, definePreset, secret, webAddress } from "./preset.ts";

/** livekeeper's own JSON, signed, for programs. */
export const json = definePreset({
	settings: z.strictObject({
		url: webAddress.describe("where events are POSTed; http or https"),
		secret: secret(
			z
				.string()
				.regex(/^[\x21-\x7e]{16,256}$/, checkTexts.signingSecret.en)
				.describe("signs deliveries; 16 to 256 printable ASCII characters without spaces"),
		),
	}),
	address: ({ url }) => url,
	messages(delivery, { url, secret }) {
		const body = bodyOf(delivery);
		const timestamp = String(Math.floor(delivery.now / 1000));
		const headers = {
			"content-type": "application/json",
			"x-livekeeper-delivery": delivery.deliveryId,
			"x-livekeeper-timestamp": timestamp,
			"x-livekeeper-signature": signatureOf(secret, timestamp, body),
		};
		return [{ via: "http", url, headers, body }];
	},
});

function bodyOf({ targetId, liveId, deliveryId, events, notices, truncated, test }: Delivery): Buffer {
	const head = { target_id: targetId, live_id: liveId, delivery_id: deliveryId, ...(test && { test }) };
	const parts = [JSON.stringify(head).slice(0, -1)];
	if (truncated) {
		const { from, to, reason } = truncated;
		parts.push(`"truncated":${JSON.stringify({ from, to, reason })}`);
	}
	if (notices.length > 0) parts.push(`"notices":${JSON.stringify(notices)}`);
	parts.push(`"events":[${events.map((event) => event.json).join(",")}]}`);
	return Buffer.from(parts.join(","));
}
