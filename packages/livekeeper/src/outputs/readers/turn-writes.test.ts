import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test, vi } from "vitest";
import { TurnWrites } from "./turn-writes.ts";

/** A server's end of a connection, with the number of writes passed to the system and what the client received. */
async function connection(): Promise<{ socket: Socket; writes: () => number; heard: () => string }> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const accepted = once(server, "connection");
	const client = connect((server.address() as AddressInfo).port, "127.0.0.1").setEncoding("latin1");
	let heard = "";
	client.on("data", (text: string) => {
		heard += text;
	});
	const [socket] = (await accepted) as [Socket];
	onTestFinished(() => {
		client.destroy();
		socket.destroy();
		server.close();
	});
	const written = [vi.spyOn(socket, "_write"), vi.spyOn(socket, "_writev")];
	const writes = () => written.reduce((sum, { mock }) => sum + mock.calls.length, 0);
	return { socket, writes, heard: () => heard };
}

test("writes once per socket at the end of a turn", async () => {
	const [one, other] = [await connection(), await connection()];
	const left: string[] = [];
	const turnWrites = new TurnWrites<string>((reader) => left.push(reader));
	for (const part of ["a", "b", "c"]) {
		turnWrites.gather(one.socket, "one", () => void one.socket.write(part));
		turnWrites.gather(other.socket, "other", () => void other.socket.write(part.toUpperCase()));
	}
	expect([one.writes(), other.writes(), left]).toEqual([0, 0, []]);
	await nextTurn();
	expect([one.writes(), other.writes(), left]).toEqual([1, 1, ["one", "other"]]);
	turnWrites.gather(one.socket, "one", () => void one.socket.write("d"));
	await nextTurn();
	expect([one.writes(), other.writes()]).toEqual([2, 1]);
	await vi.waitFor(() => expect([one.heard(), other.heard()]).toEqual(["abcd", "ABC"]));
});

test("holds back at most 32 KiB per socket", async () => {
	const { socket, writes, heard } = await connection();
	const turnWrites = new TurnWrites<undefined>(() => undefined);
	const part = "x".repeat(1_000);
	let max = 0;
	for (let n = 0; n < 100; n++) {
		turnWrites.gather(socket, undefined, () => {
			socket.write(part);
			max = Math.max(max, socket.writableLength);
		});
	}
	expect(max).toBeLessThanOrEqual(32 * 1024 + part.length);
	await vi.waitFor(() => expect(heard()).toHaveLength(100 * part.length));
	expect(writes()).toBe(4);
});

test("writes held data even if the connection ends this turn", async () => {
	const { socket, heard } = await connection();
	const turnWrites = new TurnWrites<undefined>(() => undefined);
	turnWrites.gather(socket, undefined, () => void socket.write("a"));
	turnWrites.gather(socket, undefined, () => void socket.write("b"));
	socket.end("c");
	await vi.waitFor(() => expect(heard()).toBe("abc"));
	expect(socket.writableCorked).toBe(0);
});
