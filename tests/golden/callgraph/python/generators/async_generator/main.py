import asyncio
def a(): pass
async def gen():
    yield a
async def run():
    async for f in gen():
        f()
asyncio.run(run())
