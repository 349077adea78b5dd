import { ManualClock } from "@livekeeper/douyin/testing";
import { onTestFinished } from "vitest";
import { loadConfig } from "../config.ts";
import { FakeUpstream, type LogLine, live, recordingLogger } from "../rooms/fake-upstream.test-kit.ts";
import { type Service, startService } from "../service.ts";

export interface TestService extends Service {
	clock: ManualClock;
	upstream: FakeUpstream;
	lines: LogLine[];
	/** Identities that rooms were started with. */
	identities: object[];
}

/** The whole service on a free port, with a fake upstream and a clock that stands still; stopped after the test. */
export async function startTestService(flags: Record<string, unknown> = {}): Promise<TestService> {
	const clock = new ManualClock();
	const upstream = new FakeUpstream(clock);
	upstream.page = (liveId) => live("r1", liveId);
	const { logger, lines } = recordingLogger();
	const identities: object[] = [];
	const config = loadConfig({ cwd: "/nowhere", env: {}, flags: { port: "0", ...flags } });
	const service = await startService(config, {
		clock,
		logger,
		upstreamFactory: (identity) => {
			identities.push(identity);
			return upstream;
		},
	});
	onTestFinished(() => service.stop());
	return Object.assign(service, { clock, upstream, lines, identities });
}

export interface Answer {
	status: number;
	headers: Headers;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
	body: any;
}

/** One request to the service; a plain object as body is sent as JSON. */
export async function ask(
	service: Service,
	method: string,
	path: string,
	body?: unknown,
	headers = {},
): Promise<Answer> {
	const json = typeof body === "object" && body !== null;
	const response = await fetch(`${service.url}${path}`, {
		method,
		headers: { ...(json ? { "content-type": "application/json" } : {}), ...headers },
		...(body === undefined ? {} : { body: json ? JSON.stringify(body) : String(body) }),
	});
	const text = await response.text();
	const isJson = response.headers.get("content-type")?.includes("json") ?? false;
	return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
