import asyncio
async def a(): pass
async def b(): pass
async def run():
    await asyncio.gather(a(), b())
asyncio.run(run())
