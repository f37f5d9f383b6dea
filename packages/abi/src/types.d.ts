/** Machine types of the firmware compiler, as the host's compiler sees them. */
type u32 = number;
