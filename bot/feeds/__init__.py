"""Public feeds of BMKG and Dinas SDA, read politely and with distrust (bot.ports.Feed)."""
