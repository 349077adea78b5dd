import { checkTexts } from "@livekeeper/base/text";
import { liveEventTypes, type WireEvent } from "@livekeeper/douyin";
import { z } from "zod";
import type { Publication } from "../transports/out-message.ts";
import { addressSetting, type Delivery, definePreset, secret, secretSetting } from "./preset.ts";

/** Topic levels without wildcards, and not reserved by brokers. */
const topicSetting = z
	.string()
	.max(200)
	.regex(/^[^+#$\0/][^+#\0]*$/, checkTexts.mqttTopic.en);

const settings = z.strictObject({
	url: addressSetting
		.regex(/^mqtts?:\/\//i, checkTexts.mqttAddress.en)
		.describe("the broker: mqtt://host:1883, or mqtts:// with TLS"),
	username: z.string().min(1).max(200).optional(),
	password: secret(secretSetting.optional()),
	version: z.enum(["3.1.1", "5"]).default("5").describe("version of the protocol; default 5"),
	prefix: topicSetting.default("livekeeper").describe("prefix of all topics; default livekeeper"),
	discovery: z.boolean().default(false).describe("announces each room to Home Assistant; default false"),
	discovery_prefix: topicSetting.default("homeassistant").describe("Home Assistant's prefix; default homeassistant"),
});

type Settings = z.output<typeof settings>;

/** MQTT broker: each event under its room and type, and its rooms as entities of Home Assistant on request. */
export const mqtt = definePreset({
	settings,
	limits: { maxEvents: 100 },
	loopback: true,
	address: ({ url }) => url,
	messages(delivery, settings) {
		const { url, username, password, version, prefix } = settings;
		const { events, liveId, notices } = delivery;
		const publications: Publication[] = events.map(({ json }) => {
			const { type } = JSON.parse(json) as WireEvent;
			return { topic: `${prefix}/${liveId}/${type}`, payload: json };
		});
		for (const notice of notices) {
			// Not directly below the room, where each topic is an event for Home Assistant.
			const of = notice.state === "report" ? `${liveId}/broadcast` : "service";
			publications.push({ topic: `${prefix}/${of}/${notice.state}`, payload: JSON.stringify(notice) });
		}
		if (delivery.test) publications.push({ topic: `${prefix}/test`, payload: testOf(delivery) });
		if (publications.length === 0) return [];
		const broker = {
			...{ url, username, password, statusTopic: statusTopicOf(settings) },
			version: version === "5" ? 5 : 4,
		} as const;
		const first = settings.discovery && events.length > 0 ? [discoveryOf(delivery, settings)] : [];
		return [{ via: "mqtt", broker, first, publications }];
	},
});

function testOf({ targetId, deliveryId, now }: Delivery): string {
	return JSON.stringify({ type: "test", target_id: targetId, delivery_id: deliveryId, at: now });
}

/** Directly below the prefix, where no room has a topic. */
const statusTopicOf = ({ prefix }: Pick<Settings, "prefix">) => `${prefix}/status`;

/**
 * Returns the discovery message with one event entity per room. Home Assistant expects the type under another name than
 * livekeeper's.
 */
function discoveryOf({ liveId, room }: Delivery, settings: Settings): Publication {
	const { prefix, discovery_prefix } = settings;
	const object = `livekeeper_${liveId.replaceAll(".", "_")}`;
	const config = {
		name: null,
		unique_id: object,
		state_topic: `${prefix}/${liveId}/+`,
		availability_topic: statusTopicOf(settings),
		event_types: liveEventTypes,
		value_template: "{{ dict(value_json, event_type=value_json.type) | to_json }}",
		device: { identifiers: [object], name: room.nickname || liveId, manufacturer: "livekeeper" },
	};
	return { topic: `${discovery_prefix}/event/${object}/config`, payload: JSON.stringify(config), retain: true };
}
