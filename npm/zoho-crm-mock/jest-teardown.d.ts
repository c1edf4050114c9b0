/** Stops what the set-up has started. */
declare function teardown(): Promise<void>;
export = teardown;
