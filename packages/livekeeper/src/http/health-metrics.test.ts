import { DouyinError } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import { ask, startTestService } from "../service/service.test-kit.ts";

test("the service is alive and ready once it listens", async () => {
	const service = await startTestService();
	expect((await ask(service, "GET", "/health/live")).body).toEqual({ status: "ok" });
	expect((await ask(service, "GET", "/health/ready")).body).toEqual({ status: "ready" });
});

test("metrics tell each room's state, message age, counters, and reconnects by reason", async () => {
	const service = await startTestService();
	await ask(service, "PUT", "/api/v1/rooms/1001");
	await service.clock.advance(100);
	service.upstream.last.open();
	service.upstream.last.frame();
	await service.clock.advance(1);
	service.upstream.last.fail(new DouyinError("network", "cut"));
	await service.clock.advance(4000);
	service.upstream.last.open();
	service.upstream.last.frame(undefined, { problems: [{ method: "X", id: "1", message: "bad" }] });
	await service.clock.advance(2000);

	const answer = await ask(service, "GET", "/metrics");
	expect(answer.headers.get("content-type")).toContain("text/plain");
	const lines = String(answer.body).split("\n");
	expect(lines).toContain('livekeeper_rooms{state="connected"} 1');
	expect(lines).toContain('livekeeper_rooms{state="blocked"} 0');
	expect(lines).toContain('livekeeper_room_state{live_id="1001",state="connected",health="degraded"} 1');
	expect(lines).toContain('livekeeper_room_message_age_seconds{live_id="1001"} 2');
	expect(lines).toContain('livekeeper_room_reconnects_total{live_id="1001",reason="network"} 1');
	expect(lines).toContain('livekeeper_room_frames_total{live_id="1001"} 2');
	expect(lines).toContain('livekeeper_room_decode_errors_total{live_id="1001"} 1');
	expect(lines).toContain('livekeeper_room_drops_total{live_id="1001"} 0');
	expect(lines).toContain("livekeeper_socketio_clients 0");
	expect(lines.some((line) => /^process_resident_memory_bytes \d+/.test(line))).toBe(true);
});

test("a room that was stopped leaves no series behind, and two services don't share theirs", async () => {
	const [one, other] = [await startTestService(), await startTestService()];
	await ask(one, "PUT", "/api/v1/rooms/1001");
	expect((await ask(other, "GET", "/metrics")).body).not.toContain('live_id="1001"');
	expect((await ask(one, "GET", "/metrics")).body).toContain('live_id="1001"');
	await ask(one, "DELETE", "/api/v1/rooms/1001");
	expect((await ask(one, "GET", "/metrics")).body).not.toContain('live_id="1001"');
});
