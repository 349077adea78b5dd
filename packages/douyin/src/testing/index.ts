export { handshakeRefusal, PushHosts } from "../session/index.ts";
export { ManualClock, seeded } from "./manual-clock.ts";
export { testTls } from "./test-tls.ts";
