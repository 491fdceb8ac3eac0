import { Module } from '@nestjs/common'
import { ItemController } from './item.controller.js'
import { ItemService } from './item.service.js'
import { MyStuffController } from './my-stuff.controller.js'
import { MyStuffService } from './my-stuff.service.js'
import { ReasonsController } from './reasons.controller.js'
import { ReasonsService } from './reasons.service.js'

@Module({
  controllers: [ItemController, MyStuffController, ReasonsController],
  providers: [ItemService, MyStuffService, ReasonsService],
})
export class MyStuffModule {}
