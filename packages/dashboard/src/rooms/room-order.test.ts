import type { Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { nodesOf } from "./room-order.ts";

const room = (node: string | null) => ({ node }) as Room;

test("the nodes that keep rooms are told by name, each once, and none where the service is alone", () => {
	expect(nodesOf([room("b"), room("a"), room(null), room("b")])).toEqual(["a", "b"]);
	expect(nodesOf([room(null), room(null)])).toEqual([]);
});
