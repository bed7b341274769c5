// What the system lets this process use, where Swift does not see the call.
#pragma once

/// Processors that threads of this process may run on (`taskset`, sets of processors of a control group); 0 where the system
/// does not tell.
int st_allowed_processors(void);
