import type { NatsConnection, Payload } from "@nats-io/transport-node";

const directGet = "$JS.API.DIRECT.GET.";
const createConsumer = "$JS.API.CONSUMER.CREATE.";

/** Returns the same connection, but reaching only replicas that are not leaders and have no data yet. */
export function lagging(nc: NatsConnection): NatsConnection {
	const request: NatsConnection["request"] = (subject, data, options) => {
		if (subject.startsWith(directGet)) {
			const [stream] = subject.slice(directGet.length).split(".");
			return nc.request(`${directGet}${stream}.nothing.yet`, undefined, options);
		}
		if (!subject.startsWith(createConsumer)) return nc.request(subject, data, options);
		const [stream = "", name] = subject.slice(createConsumer.length).split(".");
		return nc.request(`${createConsumer}${stream}.${name}`, consumerOfNothing(stream, data), options);
	};
	return Object.assign(Object.create(nc) as NatsConnection, { request });
}

function consumerOfNothing(stream: string, data: Payload | undefined): string {
	const { config, ...question } = JSON.parse(typeof data === "string" ? data : Buffer.from(data ?? []).toString());
	const { filter_subjects: _, ...rest } = config;
	return JSON.stringify({ ...question, config: { ...rest, filter_subject: `$KV.${stream.slice(3)}.nothing.yet` } });
}
